-- What people are recognised by: addresses, numbers, cookies, click ids. One row per party and value.
create table if not exists core.identities (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    party_id text not null references core.parties (id) comment 'Whose it is',
    kind text not null comment 'email, phone, anon, cookie, click_gclid, click_fbclid, click_msclkid, click_ttclid, click_li, ga_client, crm, payment, device or call_source',
    value text not null comment 'The value, normalised: emails in lower case, phones in E.164',
    value_sha256 text comment 'SHA-256 of the value in hexadecimal, as advertising platforms match by',
    first_seen_at timestamptz not null comment 'When the two were first seen together, UTC',
    last_seen_at timestamptz not null comment 'When they were last seen together, UTC',
    confidence double precision not null comment 'How certain it is, from 0 to 1; 1 for what was verified',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
) with (cluster_by = 'kind, value');
comment on table core.identities is 'What people are recognised by: addresses, numbers, cookies, click ids. One row per party and value';
