-- Exchange rates. One row per day, pair and provider; days without a rate take the last one before.
create table if not exists core.fx_rates (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    on_date date not null comment 'Day the rate was fixed',
    base char(3) not null comment 'ISO 4217 code of the currency that is exchanged',
    quote char(3) not null comment 'ISO 4217 code of the currency it is expressed in',
    rate decimal(18,9) not null comment 'Units of `quote` for one unit of `base`',
    provider text not null comment 'Who published it, for example ECB',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (rate > 0),
    unique (source, source_id)
) with (cluster_by = 'base, quote, on_date');
comment on table core.fx_rates is 'Exchange rates. One row per day, pair and provider; days without a rate take the last one before';
