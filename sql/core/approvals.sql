-- Decisions that need somebody's yes. One row per request.
create table if not exists core.approvals (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    action text not null comment 'What is asked for, for example exceed_budget',
    entity text not null comment 'Table of the thing it is about',
    entity_id text comment 'Its id there',
    payload jsonb not null comment 'What would be done',
    requested_by text not null comment 'Who asks',
    requested_at timestamptz not null comment 'When, UTC',
    policy text comment 'The rule that asks for the approval',
    amount decimal(18,4) comment 'How much is at stake, in `currency`',
    currency char(3) comment 'ISO 4217 code',
    expected_impact jsonb comment 'What it is expected to bring',
    approver_id text references core.parties (id) comment 'Who decides',
    decision text not null comment 'pending, approved, rejected or expired',
    decided_at timestamptz comment 'When it was decided, UTC',
    executed_at timestamptz comment 'When it was carried out, UTC',
    evidence jsonb comment 'What the decision rests on',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (decision in ('pending', 'approved', 'rejected', 'expired')),
    unique (source, source_id)
);
comment on table core.approvals is 'Decisions that need somebody''s yes. One row per request';
