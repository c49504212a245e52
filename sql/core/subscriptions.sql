-- Contracts that renew. One row per contract.
create table if not exists core.subscriptions (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    party_id text not null references core.parties (id) comment 'The customer',
    product_id text references core.products (id) comment 'The plan',
    status text not null comment 'trialing, active, past_due, paused or cancelled',
    quantity decimal(18,6) not null comment 'How many units of the plan',
    mrr decimal(18,4) not null comment 'What it brings each month, in `currency`',
    currency char(3) not null comment 'ISO 4217 code',
    started_at timestamptz not null comment 'When it began, UTC',
    trial_end timestamptz comment 'When its trial ended, UTC',
    period_start timestamptz comment 'Start of the period that is paid for, UTC',
    period_end timestamptz comment 'End of that period, UTC',
    cancel_at timestamptz comment 'When it will end, once it is cancelled, UTC',
    ended_at timestamptz comment 'When it ended, UTC; NULL while it runs',
    cancel_reason text comment 'Why it was cancelled',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
);
comment on table core.subscriptions is 'Contracts that renew. One row per contract';
