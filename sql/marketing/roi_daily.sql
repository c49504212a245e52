-- Revenue and margin against advertising, each order counted for its last paid or known channel. One row per day and channel.
-- grain:    on_date, channel
-- refresh:  on change
-- plan:     1.2.1, 1.2.2, 1.2.4, 1.2.6
-- audits:   unique(grain), not_null(on_date, channel), spend >= 0, orders >= 0
-- example:  select on_date, sum(revenue) as revenue, sum(spend) as spend, ratio(revenue, spend) as return_on_spend
--           from marketing.roi_daily where is_complete group by on_date order by on_date desc limit 30
-- columns:
--   on_date          Day, business-local; of advertising the day of the ad account.
--   channel          Channel of the last touch that is not Direct within 30 days before the order; (unattributed) without one.
--   orders           Orders.
--   new_customers    Of these, first orders of a customer.
--   revenue          Total without tax of these orders, before refunds, reporting currency.
--   refunds          What was paid back or credited that day of orders of the channel, reporting currency.
--   cost_of_goods    Cost of these orders where it is known, reporting currency.
--   spend            Cost of the channel's advertising, reporting currency.
--   margin           revenue - refunds - cost_of_goods - spend, reporting currency.
--   cost_per_order   spend / orders, reporting currency; NULL without orders.
--   return_on_spend  revenue / spend; NULL without spend.
--   is_complete      Whether the day is over.
with credited as (
    select order_id, channel
    from marketing.attribution_credits
    where model = 'last_non_direct' and weight > 0
),

ordered as (
    select
        orders.order_id,
        orders.ordered_on,
        orders.revenue,
        orders.cost,
        coalesce(credited.channel, '(unattributed)') as channel,
        orders.customer_id is not null
            and row_number() over (partition by orders.customer_id order by orders.ordered_at, orders.order_id) = 1 as is_first
    from core.orders as orders
    left join credited on credited.order_id = orders.order_id
),

together as (
    select
        ordered_on as on_date,
        channel,
        1 as orders,
        case when is_first then 1 else 0 end as new_customers,
        revenue,
        0::decimal(18, 4) as refunds,
        coalesce(cost, 0) as cost_of_goods,
        0::decimal(18, 4) as spend
    from ordered
    union all
    select refunds.refunded_on, coalesce(ordered.channel, '(unattributed)'), 0, 0, 0, refunds.revenue, 0, 0
    from core.refunds as refunds
    left join ordered on ordered.order_id = refunds.order_id
    union all
    select on_date, channel, 0, 0, 0, 0, 0, spend
    from core.spend
),

totals as (
    select
        on_date,
        channel,
        sum(orders) as orders,
        sum(new_customers) as new_customers,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunds), 0) as refunds,
        coalesce(sum(cost_of_goods), 0) as cost_of_goods,
        coalesce(sum(spend), 0) as spend
    from together
    group by on_date, channel
)

select
    totals.on_date,
    totals.channel,
    totals.orders::bigint as orders,
    totals.new_customers::bigint as new_customers,
    totals.revenue::decimal(18, 4) as revenue,
    totals.refunds::decimal(18, 4) as refunds,
    totals.cost_of_goods::decimal(18, 4) as cost_of_goods,
    totals.spend::decimal(18, 4) as spend,
    (totals.revenue - totals.refunds - totals.cost_of_goods - totals.spend)::decimal(18, 4) as margin,
    (totals.spend / nullif(totals.orders, 0))::decimal(18, 4) as cost_per_order,
    (totals.revenue / nullif(totals.spend, 0))::double precision as return_on_spend,
    totals.on_date < clock.today as is_complete
from totals
cross join core.clock as clock
