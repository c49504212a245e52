-- Places the business sells in or could sell in, each with its size. One row per place and level.
create table if not exists core.markets (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    geo_code text not null comment 'ISO 3166-2 code, census code or postcode of the place',
    level text not null comment 'country, region, city or postcode',
    name text not null comment 'What people call the place',
    parent_id text references core.markets (id) comment 'The place this one lies in',
    population bigint comment 'People who live there',
    households bigint comment 'Households there',
    businesses bigint comment 'Businesses there',
    median_income decimal(18,4) comment 'Median yearly income of a household, in `currency`',
    tam_value decimal(18,4) comment 'What all customers there could spend on this business''s offers in a year, in `currency`',
    currency char(3) comment 'ISO 4217 code of the amounts',
    as_of date not null comment 'Day for which the figures hold',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
);
comment on table core.markets is 'Places the business sells in or could sell in, each with its size. One row per place and level';
