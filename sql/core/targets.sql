-- Budgets, goals, forecasts and quotas. One row per target, period and version.
create table if not exists core.targets (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'budget, goal, forecast or quota',
    metric text not null comment 'What is planned: revenue, spend, orders, new_customers, an account''s cost',
    period_start date not null comment 'First day, business-local',
    period_end date not null comment 'Last day, business-local',
    value decimal(18,4) not null comment 'The plan for the whole period, in `unit`',
    unit text not null comment 'money, count or percent',
    currency char(3) comment 'ISO 4217 code where the unit is money',
    account_id text references core.accounts (id) comment 'For this ledger account',
    org_unit_id text references core.org_units (id) comment 'For this cost centre',
    campaign_id text references core.campaigns (id) comment 'For this campaign',
    product_id text references core.products (id) comment 'For this product',
    owner_id text references core.parties (id) comment 'For this sales rep',
    version int not null comment 'Revision of the plan, from 1; the highest holds',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('budget', 'goal', 'forecast', 'quota')),
    check (period_end >= period_start),
    unique (source, source_id)
);
comment on table core.targets is 'Budgets, goals, forecasts and quotas. One row per target, period and version';
