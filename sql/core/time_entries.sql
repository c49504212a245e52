-- Hours of staff: planned, worked, on leave. One row per shift or entry.
create table if not exists core.time_entries (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'planned, worked or leave',
    staff_id text not null references core.parties (id) comment 'Whose hours',
    start_at timestamptz not null comment 'Begin, UTC',
    end_at timestamptz not null comment 'End, UTC',
    break_min int not null comment 'Minutes of unpaid break in between',
    org_unit_id text references core.org_units (id) comment 'Where',
    work_item_id text references core.work_items (id) comment 'On what',
    billable boolean comment 'Whether a customer pays for it',
    pay_rate decimal(18,4) comment 'What an hour costs the business, in `currency`',
    bill_rate decimal(18,4) comment 'What an hour is billed at, in `currency`',
    currency char(3) comment 'ISO 4217 code of the rates',
    approved boolean comment 'Whether it was approved',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('planned', 'worked', 'leave')),
    unique (source, source_id)
) with (cluster_by = 'start_at', partition_by = 'kind');
comment on table core.time_entries is 'Hours of staff: planned, worked, on leave. One row per shift or entry';
