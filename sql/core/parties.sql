-- Everybody the business deals with: people and organisations, in whatever roles. One row per party and source.
create table if not exists core.parties (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'person or org',
    roles text[] not null comment 'Any of customer, lead, vendor, staff, rep, partner, competitor',
    name text comment 'Full name, or name of the organisation',
    parent_id text references core.parties (id) comment 'The organisation a person belongs to, or the parent of an organisation',
    owner_id text references core.parties (id) comment 'The staff member who looks after the party',
    lifecycle text comment 'Stage in the source''s own words, for example subscriber, lead, customer',
    industry text comment 'Industry of an organisation',
    employees int comment 'People an organisation employs',
    email text comment 'Address in lower case',
    phone text comment 'Number in E.164, for example +12075550123',
    country text comment 'ISO 3166-1 alpha-2 code of the address',
    region text comment 'ISO 3166-2 code of the address',
    postcode text comment 'Postcode of the address',
    market_id text references core.markets (id) comment 'The market the address lies in',
    first_seen_at timestamptz not null comment 'When the party was first heard of, UTC',
    consent jsonb comment 'What the party agreed to, by channel: {"email": true, "sms": false}',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('person', 'org')),
    unique (source, source_id)
);
comment on table core.parties is 'Everybody the business deals with: people and organisations, in whatever roles. One row per party and source';
