-- What accounts held. One row per account, day and kind.
create table if not exists core.balances (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    account_id text not null references core.accounts (id) comment 'The account',
    as_of date not null comment 'End of this day, business-local',
    balance decimal(18,4) not null comment 'What it held, in `currency`',
    currency char(3) not null comment 'ISO 4217 code',
    kind text not null comment 'actual, bank_reported or available',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('actual', 'bank_reported', 'available')),
    unique (source, source_id)
) with (cluster_by = 'account_id, as_of');
comment on table core.balances is 'What accounts held. One row per account, day and kind';
