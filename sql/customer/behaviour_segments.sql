-- Customers by what they do: how often they look and buy, at which prices, how regularly, what they send back. One row per
-- customer with an order.
-- grain:    customer_id
-- plan:     2.3.2
-- audits:   unique(grain), not_null(customer_id, segment), discounted_share between 0 and 1, refunded_share >= 0
-- example:  select segment, count(*) as customers, sum(net_revenue) as revenue from customer.behaviour_segments group by segment order by revenue desc
-- columns:
--   customer_id       The canonical party.
--   orders            Orders.
--   visits            Visits in the 90 days up to the latest fact.
--   products          Different products bought.
--   mean_gap_days     Mean days from one order to the next; NULL with one order.
--   days_since        Days from the last order to today.
--   discounted_share  Share of the orders that had a discount.
--   refunded_share    Refunds / revenue; NULL without revenue.
--   net_revenue       Revenue less refunds, reporting currency.
--   segment           The first that holds: sends back (a third of the revenue refunded), looking again (one order, three visits
--                     lately), bought once, bargain hunter (half of the orders discounted), regular (three orders, and no later
--                     than one and a half gaps), fading (later than two gaps), explorer (four products), or occasional.
with visited as (
    select sessions.customer_id, count(*) as visits
    from core.sessions as sessions
    cross join core.clock as clock
    where sessions.customer_id is not null and sessions.started_at > clock.as_of - interval '90 days'
    group by sessions.customer_id
),

bought as (
    select customer_id, count(distinct product_id) as products
    from core.order_items
    where customer_id is not null
    group by customer_id
),

discounted as (
    select customer_id, count(*) filter (where discount > 0) as orders
    from core.orders
    where customer_id is not null
    group by customer_id
),

habits as (
    select
        customers.customer_id,
        customers.orders,
        coalesce(visited.visits, 0) as visits,
        coalesce(bought.products, 0) as products,
        case
            when customers.orders > 1
                then (customers.last_order_on - customers.first_order_on)::double precision / (customers.orders - 1)
        end as mean_gap_days,
        customers.days_since,
        discounted.orders::double precision / customers.orders as discounted_share,
        (customers.refunds / nullif(customers.revenue, 0))::double precision as refunded_share,
        customers.net_revenue
    from customer.orders_of_customers as customers
    left join visited on visited.customer_id = customers.customer_id
    left join bought on bought.customer_id = customers.customer_id
    left join discounted on discounted.customer_id = customers.customer_id
)

select
    customer_id,
    orders,
    visits::bigint as visits,
    products::bigint as products,
    mean_gap_days,
    days_since,
    discounted_share,
    refunded_share,
    net_revenue,
    case
        when refunded_share >= 1.0 / 3 then 'sends back'
        when orders = 1 and visits >= 3 then 'looking again'
        when orders = 1 then 'bought once'
        when discounted_share >= 0.5 then 'bargain hunter'
        when orders >= 3 and days_since <= 1.5 * mean_gap_days then 'regular'
        when days_since > 2 * mean_gap_days then 'fading'
        when products >= 4 then 'explorer'
        else 'occasional'
    end as segment
from habits
