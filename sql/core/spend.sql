-- What advertising cost, in the reporting currency. One row per day and campaign.
-- grain:    on_date, campaign_id
-- plan:     1.2.1, 1.2.3, 1.2.4
-- audits:   unique(grain), not_null(on_date, campaign_id, channel), spend >= 0
-- example:  select channel, sum(spend), sum(clicks) from core.spend group by channel order by 2 desc
-- columns:
--   on_date      Day in the ad account's time zone.
--   campaign_id  The campaign.
--   campaign     Its name.
--   channel      Marketing channel.
--   platform     Where it ran.
--   spend        Cost of the day, reporting currency; NULL where its currency has no rate.
--   impressions  How often it was shown.
--   clicks       How often it was clicked.
--   conversions  Conversions the platform claims for itself.
with campaign_days as (
    -- Rows of adsets, ads and keywords are parts of their campaign's rows and would count the spend again.
    select on_date, campaign_id, platform, currency, spend, impressions, clicks, conversions
    from core.ad_spend
    where grain = 'campaign' and deleted_at is null
)

select
    s.on_date,
    s.campaign_id,
    c.name as campaign,
    c.channel,
    s.platform,
    sum((s.spend * case when s.currency = b.currency then 1::decimal(18,9) else r.rate end)::decimal(18,4))::decimal(18,4)
        as spend,
    sum(s.impressions)::bigint as impressions,
    sum(s.clicks)::bigint as clicks,
    sum(s.conversions)::decimal(18,4) as conversions
from campaign_days as s
join core.campaigns as c on c.id = s.campaign_id
cross join core.business as b
left join core.daily_rates as r on r.currency = s.currency and r.on_date = s.on_date
group by s.on_date, s.campaign_id, c.name, c.channel, s.platform
