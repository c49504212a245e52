-- What each campaign cost and brought, orders counted for the last campaign touched within 30 days. One row per month and
-- campaign.
-- grain:    month, campaign_id
-- plan:     1.2.3, 1.2.4, 1.2.6
-- audits:   unique(grain), not_null(month, campaign_id), spend >= 0, orders >= 0
-- example:  select campaign, spend, revenue, profit, roi from marketing.roi_by_campaign order by month desc, profit limit 10
-- columns:
--   month                 First day of the month, business-local.
--   campaign_id           The campaign.
--   campaign              Its name.
--   channel               Its channel.
--   spend                 Its cost, reporting currency.
--   impressions           How often it was shown.
--   clicks                How often it was clicked.
--   orders                Orders credited, the last touch that is not Direct.
--   new_customers         Of these, first orders of a customer.
--   revenue               Revenue of these orders, reporting currency.
--   gross_margin          Their revenue less their cost, reporting currency; NULL where the cost of none is known.
--   profit                gross_margin - spend, revenue - spend where no cost is known; reporting currency.
--   roi                   profit / spend; NULL without spend.
--   cost_per_click        spend / clicks, reporting currency; NULL without clicks.
--   cost_per_acquisition  spend / new_customers, reporting currency; NULL without new customers.
--   conversion_rate       orders / clicks; NULL without clicks.
--   is_complete           Whether the month is over.
with credited as (
    select order_id, campaign_id
    from marketing.attribution_credits
    where model = 'last_non_direct' and weight > 0 and campaign_id is not null
),

numbered as (
    select
        order_id,
        ordered_on,
        revenue,
        margin,
        customer_id is not null
            and row_number() over (partition by customer_id order by ordered_at, order_id) = 1 as is_first
    from core.orders
),

together as (
    select
        date_trunc('month', numbered.ordered_on)::date as month,
        credited.campaign_id,
        1 as orders,
        case when numbered.is_first then 1 else 0 end as new_customers,
        numbered.revenue,
        numbered.margin,
        0::decimal(18, 4) as spend,
        0::bigint as impressions,
        0::bigint as clicks
    from numbered
    inner join credited on credited.order_id = numbered.order_id
    union all
    select date_trunc('month', on_date)::date, campaign_id, 0, 0, 0, null, spend, impressions, clicks
    from core.spend
),

totals as (
    select
        month,
        campaign_id,
        sum(orders) as orders,
        sum(new_customers) as new_customers,
        coalesce(sum(revenue), 0) as revenue,
        sum(margin) as gross_margin,
        coalesce(sum(spend), 0) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from together
    group by month, campaign_id
)

select
    totals.month,
    totals.campaign_id,
    campaigns.name as campaign,
    campaigns.channel,
    totals.spend::decimal(18, 4) as spend,
    totals.impressions::bigint as impressions,
    totals.clicks::bigint as clicks,
    totals.orders::bigint as orders,
    totals.new_customers::bigint as new_customers,
    totals.revenue::decimal(18, 4) as revenue,
    totals.gross_margin::decimal(18, 4) as gross_margin,
    (coalesce(totals.gross_margin, totals.revenue) - totals.spend)::decimal(18, 4) as profit,
    ((coalesce(totals.gross_margin, totals.revenue) - totals.spend) / nullif(totals.spend, 0))::double precision as roi,
    (totals.spend / nullif(totals.clicks, 0))::decimal(18, 4) as cost_per_click,
    (totals.spend / nullif(totals.new_customers, 0))::decimal(18, 4) as cost_per_acquisition,
    (totals.orders::double precision / nullif(totals.clicks, 0)) as conversion_rate,
    (totals.month + interval '1 month')::date <= clock.today as is_complete
from totals
left join core.campaigns as campaigns on campaigns.id = totals.campaign_id
cross join core.clock as clock
