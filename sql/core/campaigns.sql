-- Everything money or effort is put into to be found, from account to keyword. One row per node.
create table if not exists core.campaigns (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    level text not null comment 'account, campaign, adset, ad, keyword, email or offline',
    parent_id text references core.campaigns (id) comment 'The node above',
    platform text not null comment 'google_ads, meta_ads, mailchimp, offline and so on',
    channel text not null comment 'Marketing channel the business reports by, for example Google Ads',
    name text not null comment 'Name on the platform',
    status text comment 'active, paused or ended',
    objective text comment 'What it is meant to bring: leads, sales, awareness',
    utm jsonb comment 'The utm parameters of its links: {"source": "google", "medium": "cpc", "campaign": "brand"}',
    currency char(3) comment 'ISO 4217 code of the budget',
    daily_budget decimal(18,4) comment 'Planned cost of a day, in `currency`',
    start_on date comment 'First day, in the ad account''s time zone',
    end_on date comment 'Last day; NULL while it runs',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (level in ('account', 'campaign', 'adset', 'ad', 'keyword', 'email', 'offline')),
    unique (source, source_id)
);
comment on table core.campaigns is 'Everything money or effort is put into to be found, from account to keyword. One row per node';
