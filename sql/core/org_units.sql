-- The business itself and its parts. One row per company, location, department or cost centre.
create table if not exists core.org_units (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'company, location, department, cost_center, class or tracking',
    name text not null comment 'What people call it',
    parent_id text references core.org_units (id) comment 'The unit it belongs to; NULL for the company',
    tz text not null comment 'IANA time zone that its business days are counted in, for example America/New_York',
    country text comment 'ISO 3166-1 alpha-2 code',
    manager_id text references core.parties (id) comment 'Who answers for it',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('company', 'location', 'department', 'cost_center', 'class', 'tracking')),
    unique (source, source_id)
);
comment on table core.org_units is 'The business itself and its parts. One row per company, location, department or cost centre';
