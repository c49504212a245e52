-- What is sold. One row per good, service, plan or bundle.
create table if not exists core.products (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'good, service, plan or bundle',
    sku text comment 'Stock keeping unit',
    name text not null comment 'What customers read',
    category text comment 'Group of products',
    unit text comment 'What one is: piece, hour, month',
    price decimal(18,4) comment 'List price of one unit without tax, in `currency`',
    unit_cost decimal(18,4) comment 'What one unit costs the business, in `currency`',
    currency char(3) comment 'ISO 4217 code of price and cost',
    billing_period text comment 'How often a plan is billed: month or year; NULL for the others',
    active boolean not null comment 'Whether it is on sale',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('good', 'service', 'plan', 'bundle')),
    unique (source, source_id)
);
comment on table core.products is 'What is sold. One row per good, service, plan or bundle';
