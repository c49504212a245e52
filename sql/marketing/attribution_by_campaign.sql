-- What each campaign cost and has earned, by every rule of attribution. One row per month, model and campaign.
-- grain:    month, model, campaign_id
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.2.3
-- audits:   unique(grain), not_null(month, model, campaign_id), orders >= 0, spend >= 0
-- example:  select campaign, revenue, spend, return_on_spend from marketing.attribution_by_campaign
--           where model = 'last_non_direct' order by month desc, revenue desc limit 10
-- columns:
--   month            First day of the month, business-local.
--   model            The rule, as in marketing.attribution_credits.
--   campaign_id      The campaign. What touches without a campaign earned is not here.
--   campaign         Its name.
--   channel          Its channel.
--   orders           Orders credited.
--   revenue          Revenue credited, reporting currency.
--   spend            Cost of the campaign in the month, reporting currency.
--   cost_per_order   spend / orders, reporting currency; NULL without orders or without spend.
--   return_on_spend  revenue / spend; NULL without spend.
--   is_complete      Whether the month is over.
with credited as (
    select
        date_trunc('month', ordered_on)::date as month,
        model,
        campaign_id,
        sum(weight) as orders,
        sum(revenue) as revenue
    from marketing.attribution_credits
    where campaign_id is not null
    group by date_trunc('month', ordered_on), model, campaign_id
),

spent as (
    select date_trunc('month', on_date)::date as month, campaign_id, sum(spend) as spend
    from core.spend
    group by date_trunc('month', on_date), campaign_id
),

models as (
    select unnest(array[
        'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based', 'w_shaped'
    ]) as model
),

together as (
    select month, model, campaign_id, orders, revenue, null::decimal(38, 4) as spend from credited
    union all
    select spent.month, models.model, spent.campaign_id, 0, 0, spent.spend
    from spent
    cross join models
)

select
    together.month,
    together.model,
    together.campaign_id,
    min(campaigns.name) as campaign,
    min(campaigns.channel) as channel,
    round(sum(together.orders)::numeric, 4)::double precision as orders,
    sum(together.revenue)::decimal(18, 4) as revenue,
    sum(together.spend)::decimal(18, 4) as spend,
    case
        when sum(together.orders) > 0 then (sum(together.spend) / sum(together.orders)::numeric)::decimal(18, 4)
    end as cost_per_order,
    ratio(together.revenue, together.spend) as return_on_spend,
    (together.month + interval '1 month')::date <= min(clock.today) as is_complete
from together
left join core.campaigns as campaigns on campaigns.id = together.campaign_id
cross join core.clock as clock
group by together.month, together.model, together.campaign_id
