-- What customers complain about, and what it does to their business. One row per month and product.
-- grain:    month, product_id
-- plan:     6.3.6
-- audits:   unique(grain), not_null(month, product_id), open <= complaints
-- example:  select product, sum(complaints) as complaints, sum(revenue_at_risk) as revenue_at_risk
--           from operations.complaints group by product order by 2 desc limit 10
-- columns:
--   month                  First day of the month, business-local.
--   product_id             The product; (none) where nothing says.
--   product                Its name.
--   complaints             Complaints.
--   customers              Customers who complained.
--   open                   Complaints that are not done yet.
--   median_response_hours  Hours until the first answer, half of them less; NULL without an answer.
--   ordered_since          Of the customers, those who have ordered since.
--   revenue_at_risk        Net revenue so far of the customers who have not, reporting currency.
--   is_complete            Whether the month is over.
with complaints as (
    select
        date_trunc('month', tickets.opened_on)::date as month,
        coalesce(tickets.product_id, '(none)') as product_id,
        tickets.customer_id,
        tickets.opened_on,
        tickets.completed_at,
        tickets.response_hours::double precision as response_hours
    from core.tickets as tickets
    where tickets.kind = 'complaint' and tickets.status <> 'cancelled'
),

totals as (
    select
        month,
        product_id,
        count(*) as complaints,
        count(distinct customer_id) as customers,
        count(*) - count(completed_at) as open,
        percentile_cont(0.5) within group (order by response_hours) as median_response_hours
    from complaints
    group by month, product_id
),

customers as (
    select complaints.month, complaints.product_id, complaints.customer_id, max(complaints.opened_on) as complained_on
    from complaints
    where complaints.customer_id is not null
    group by complaints.month, complaints.product_id, complaints.customer_id
),

worth as (
    select
        customers.month,
        customers.product_id,
        count(*) filter (where orders.last_order_on > customers.complained_on) as ordered_since,
        sum(orders.net_revenue) filter (where orders.last_order_on <= customers.complained_on) as revenue_at_risk
    from customers
    left join customer.orders_of_customers as orders on orders.customer_id = customers.customer_id
    group by customers.month, customers.product_id
)

select
    totals.month,
    totals.product_id,
    case when totals.product_id = '(none)' then '(none)' else products.name end as product,
    totals.complaints::bigint as complaints,
    totals.customers::bigint as customers,
    totals.open::bigint as open,
    totals.median_response_hours,
    coalesce(worth.ordered_since, 0)::bigint as ordered_since,
    coalesce(worth.revenue_at_risk, 0)::decimal(18, 4) as revenue_at_risk,
    (totals.month + interval '1 month')::date <= clock.today as is_complete
from totals
left join worth on worth.month = totals.month and worth.product_id = totals.product_id
left join core.products as products on products.id = totals.product_id
cross join core.clock as clock
