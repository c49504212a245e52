-- What advertising cost and the platforms reported. One row per day, campaign, grain, place, device and attribution
-- setting.
create table if not exists core.ad_spend (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    on_date date not null comment 'Day in the ad account''s time zone',
    platform text not null comment 'google_ads, meta_ads and so on',
    campaign_id text not null references core.campaigns (id) comment 'What was paid for',
    grain text not null comment 'Level of `campaign_id`: campaign, adset, ad or keyword. Rows of one grain sum to the whole',
    geo text comment 'Place the figures are for; NULL for all',
    device text comment 'mobile, desktop or tablet; NULL for all',
    currency char(3) not null comment 'ISO 4217 code of spend and conversion_value',
    spend decimal(18,4) not null comment 'Cost of the day, in `currency`',
    impressions bigint not null comment 'How often it was shown',
    clicks bigint not null comment 'How often it was clicked',
    conversions decimal(18,4) comment 'Conversions the platform claims for itself',
    conversion_value decimal(18,4) comment 'Their value as the platform claims it, in `currency`',
    calls bigint comment 'Calls the platform counted',
    attribution text not null comment 'Window and model of the platform''s claims, for example 30d_click',
    restated_at timestamptz comment 'When the platform last changed the row; NULL when it never did',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
) with (cluster_by = 'on_date, campaign_id');
comment on table core.ad_spend is 'What advertising cost and the platforms reported. One row per day, campaign, grain, place, device and attribution setting';
