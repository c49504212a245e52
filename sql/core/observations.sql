-- Facts from outside: competitors' prices and rank, markets, industry benchmarks. One row per subject, metric and
-- day.
create table if not exists core.observations (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    subject text not null comment 'competitor, market, industry or benchmark',
    subject_id text comment 'Its id in core.parties or core.markets, where it is there',
    metric text not null comment 'What was observed: price, rank, rating, share_of_voice, conversion_rate',
    value decimal(18,6) not null comment 'The observation, in `unit`',
    unit text not null comment 'What it is counted in: money, percent, count, rank',
    geo text comment 'Place it holds for',
    segment text comment 'Percentile, size class or product it holds for: p25, p50, p75',
    as_of date not null comment 'Day it holds for',
    sample_n int comment 'How many it was computed from',
    provider text not null comment 'Who observed it',
    url text comment 'Where',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
) with (cluster_by = 'subject, metric, as_of');
comment on table core.observations is 'Facts from outside: competitors'' prices and rank, markets, industry benchmarks. One row per subject, metric and day';
