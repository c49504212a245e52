-- Work for customers and in house: jobs, deliveries, appointments, tickets, complaints, incidents, tasks. One row
-- per item.
create table if not exists core.work_items (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'job, delivery, appointment, ticket, complaint, incident or task',
    party_id text references core.parties (id) comment 'The customer',
    document_id text references core.documents (id) comment 'The order it fulfils',
    product_id text references core.products (id) comment 'What it is about',
    org_unit_id text references core.org_units (id) comment 'The part of the business that does it',
    assignee_id text references core.parties (id) comment 'Who does it',
    title text not null comment 'What it is, in a line',
    status text not null comment 'open, scheduled, in_progress, done or cancelled',
    priority text comment 'low, normal, high or urgent',
    severity text comment 'minor, major or critical, for incidents',
    opened_at timestamptz not null comment 'When it came up, UTC',
    scheduled_start timestamptz comment 'When it is to begin, UTC',
    scheduled_end timestamptz comment 'When it is to be done, UTC',
    first_response_at timestamptz comment 'When somebody first answered, UTC',
    started_at timestamptz comment 'When work began, UTC',
    completed_at timestamptz comment 'When it was done, UTC',
    estimate_min int comment 'Minutes it was planned to take',
    revenue decimal(18,4) comment 'What it brought, in `currency`',
    cost decimal(18,4) comment 'What it cost, in `currency`',
    currency char(3) comment 'ISO 4217 code of the amounts',
    resolution text comment 'How it ended',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('job', 'delivery', 'appointment', 'ticket', 'complaint', 'incident', 'task')),
    unique (source, source_id)
) with (partition_by = 'kind');
comment on table core.work_items is 'Work for customers and in house: jobs, deliveries, appointments, tickets, complaints, incidents, tasks. One row per item';
