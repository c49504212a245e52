-- Changes of state of deals, tickets, jobs, subscriptions and parties. One row per change.
create table if not exists core.status_history (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    entity text not null comment 'Table of the thing: deals, work_items, subscriptions, parties',
    entity_id text not null comment 'Its id there',
    field text not null comment 'Column that changed: stage, status, lifecycle',
    from_value text comment 'What it was; NULL at the beginning',
    to_value text not null comment 'What it became',
    changed_at timestamptz not null comment 'When, UTC',
    changed_by text references core.parties (id) comment 'Who changed it',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
) with (cluster_by = 'entity, entity_id, changed_at');
comment on table core.status_history is 'Changes of state of deals, tickets, jobs, subscriptions and parties. One row per change';
