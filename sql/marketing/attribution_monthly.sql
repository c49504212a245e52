-- What each channel and campaign cost and has earned in a month, by every rule of attribution: the parts that
-- marketing.attribution_by_channel and marketing.attribution_by_campaign add up. One row per month, model, channel and campaign.
-- grain:    month, model, channel, campaign_id
-- refresh:  on change
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.2.2, 1.2.3
-- audits:   unique(grain), not_null(month, model, channel, orders, revenue), orders >= 0, spend >= 0
-- example:  select channel, campaign_id, orders, revenue, spend from marketing.attribution_monthly
--           where model = 'linear' order by month desc, revenue desc limit 10
-- columns:
--   month        First day of the month, business-local.
--   model        The rule, as in marketing.attribution_credits.
--   channel      The channel; (unattributed) holds the orders without a touch.
--   campaign_id  The campaign; NULL for touches without one.
--   orders       Orders credited.
--   revenue      Revenue credited, reporting currency.
--   spend        Cost of advertising in the month, reporting currency; NULL without any.
with credited as (
    select
        date_trunc('month', ordered_on)::date as month,
        model,
        channel,
        campaign_id,
        sum(weight) as orders,
        sum(revenue) as revenue
    from marketing.attribution_credits
    group by date_trunc('month', ordered_on), model, channel, campaign_id
),

spent as (
    select date_trunc('month', on_date)::date as month, channel, campaign_id, sum(spend) as spend
    from core.spend
    group by date_trunc('month', on_date), channel, campaign_id
),

-- Advertising of a month counts for every model, whether the channel has earned anything or not.
models as (
    select unnest(array[
        'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based', 'w_shaped'
    ]) as model
),

together as (
    select month, model, channel, campaign_id, orders, revenue, null::decimal(38, 4) as spend from credited
    union all
    select spent.month, models.model, spent.channel, spent.campaign_id, 0, 0, spent.spend
    from spent
    cross join models
)

select
    month,
    model,
    channel,
    campaign_id,
    sum(orders) as orders,
    sum(revenue)::decimal(18, 4) as revenue,
    sum(spend)::decimal(18, 4) as spend
from together
group by month, model, channel, campaign_id
