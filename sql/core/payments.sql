-- Money that moved, or failed to. One row per movement.
create table if not exists core.payments (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    direction text not null comment 'in or out',
    kind text not null comment 'payment, refund, payout, fee, transfer or dispute',
    document_id text references core.documents (id) comment 'What it pays',
    party_id text references core.parties (id) comment 'Who paid or was paid',
    account_id text references core.accounts (id) comment 'The cash account it moved through',
    paid_at timestamptz not null comment 'When, UTC',
    amount decimal(18,4) not null comment 'How much, in `currency`; positive in both directions',
    fee decimal(18,4) comment 'What the processor kept of it',
    currency char(3) not null comment 'ISO 4217 code',
    method text comment 'card, transfer, cash, cheque, direct_debit',
    status text not null comment 'succeeded, pending or failed',
    failure text comment 'Why it failed',
    settled_on date comment 'Day it reached the bank, business-local',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (direction in ('in', 'out')),
    unique (source, source_id)
) with (cluster_by = 'paid_at');
comment on table core.payments is 'Money that moved, or failed to. One row per movement';
