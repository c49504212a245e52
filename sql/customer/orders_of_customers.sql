-- What each customer has ordered so far. One row per customer with an order.
-- grain:    customer_id
-- refresh:  on change
-- plan:     2.1.2, 2.1.8
-- audits:   unique(grain), not_null(customer_id, orders), orders >= 1, last_order_on >= first_order_on
-- example:  select customer_id, orders, net_revenue from customer.orders_of_customers order by net_revenue desc limit 20
-- columns:
--   customer_id          The canonical party.
--   orders               Orders.
--   first_order_on       Day of the first, business-local.
--   last_order_on        Day of the last, business-local.
--   days_since           Days from the last order to today.
--   revenue              Revenue of the orders, reporting currency.
--   refunds              What was paid back or credited, without tax, reporting currency.
--   net_revenue          revenue - refunds, reporting currency.
--   cost                 Cost of the orders where it is known, reporting currency.
--   margin               net_revenue - cost, reporting currency.
--   acquisition_channel  Channel of the last touch that is not Direct before the first order; (unattributed) without one.
--   order_channel        Where the last order was made: web, phone, shop.
with credited as (
    select order_id, channel
    from marketing.attribution_credits
    where model = 'last_non_direct' and weight > 0
),

refunded as (
    select order_id, sum(revenue) as revenue
    from core.refunds
    where order_id is not null
    group by order_id
),

ordered as (
    select
        orders.customer_id,
        orders.ordered_on,
        orders.channel,
        orders.revenue,
        orders.cost,
        refunded.revenue as refunds,
        credited.channel as source,
        row_number() over (partition by orders.customer_id order by orders.ordered_at, orders.order_id) as nth,
        row_number() over (partition by orders.customer_id order by orders.ordered_at desc, orders.order_id desc) as nth_last
    from core.orders as orders
    left join credited on credited.order_id = orders.order_id
    left join refunded on refunded.order_id = orders.order_id
    where orders.customer_id is not null
),

totals as (
    select
        customer_id,
        count(*) as orders,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunds), 0) as refunds,
        coalesce(sum(cost), 0) as cost,
        max(source) filter (where nth = 1) as acquisition_channel,
        max(channel) filter (where nth_last = 1) as order_channel
    from ordered
    group by customer_id
)

select
    totals.customer_id,
    totals.orders::bigint as orders,
    totals.first_order_on,
    totals.last_order_on,
    clock.today - totals.last_order_on as days_since,
    totals.revenue::decimal(18, 4) as revenue,
    totals.refunds::decimal(18, 4) as refunds,
    (totals.revenue - totals.refunds)::decimal(18, 4) as net_revenue,
    totals.cost::decimal(18, 4) as cost,
    (totals.revenue - totals.refunds - totals.cost)::decimal(18, 4) as margin,
    coalesce(totals.acquisition_channel, '(unattributed)') as acquisition_channel,
    totals.order_channel
from totals
cross join core.clock as clock
