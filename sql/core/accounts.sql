-- The chart of accounts. One row per ledger account.
create table if not exists core.accounts (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'asset, liability, equity, income or expense',
    subtype text comment 'bank, card, ar, ap, tax, sales, cogs, payroll, marketing, rent and so on',
    code text comment 'Number in the chart',
    name text not null comment 'Name in the chart',
    currency char(3) not null comment 'ISO 4217 code the account is kept in',
    parent_id text references core.accounts (id) comment 'The account it is summed into',
    is_cash boolean not null comment 'Whether its balance is money at hand: bank, card, cash box',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('asset', 'liability', 'equity', 'income', 'expense')),
    unique (source, source_id)
);
comment on table core.accounts is 'The chart of accounts. One row per ledger account';
