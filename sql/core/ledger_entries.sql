-- The general ledger. One row per posting; the postings of a journal sum to zero.
create table if not exists core.ledger_entries (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    posted_on date not null comment 'Day of the posting, business-local',
    account_id text not null references core.accounts (id) comment 'The account',
    amount decimal(18,4) not null comment 'Debits positive, credits negative, in `currency`',
    currency char(3) not null comment 'ISO 4217 code',
    amount_base decimal(18,4) not null comment 'The same in the company''s currency',
    journal_id text not null comment 'What belongs together',
    document_id text references core.documents (id) comment 'The document behind it',
    payment_id text references core.payments (id) comment 'The payment behind it',
    party_id text references core.parties (id) comment 'Customer or vendor',
    org_unit_id text references core.org_units (id) comment 'Cost centre',
    basis text not null comment 'accrual or cash',
    memo text comment 'What it was for',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (basis in ('accrual', 'cash')),
    unique (source, source_id)
) with (cluster_by = 'posted_on, journal_id');
comment on table core.ledger_entries is 'The general ledger. One row per posting; the postings of a journal sum to zero';
