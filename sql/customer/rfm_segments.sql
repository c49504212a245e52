-- Customers by how recently, how often and for how much they ordered, with a name for each kind. One row per customer with an order.
-- grain:    customer_id
-- plan:     2.3.1
-- audits:   unique(grain), not_null(customer_id, segment), r between 1 and 5, f between 1 and 5
-- example:  select segment, count(*) as customers, sum(monetary) as revenue from customer.rfm_segments group by segment order by revenue desc
-- columns:
--   customer_id  The canonical party.
--   recency      Days from the last order to today.
--   frequency    Orders.
--   monetary     Revenue of the orders, reporting currency.
--   r            Score of recency, 1 to 5, 5 the most recent fifth.
--   f            Score of frequency, 1 to 5, 5 the most frequent fifth.
--   m            Score of revenue, 1 to 5, 5 the greatest fifth.
--   segment      champions, loyal, potential loyal, new, promising, needs attention, about to sleep, at risk, cannot lose,
--                hibernating or lost.
with orders as (
    -- The function looks back from a constant: days are counted back from the first of the year 2000 in place of today.
    select orders.customer_id, date '2000-01-01' - (clock.today - orders.ordered_on) as day, orders.revenue
    from core.orders as orders
    cross join core.clock as clock
    where orders.customer_id is not null and orders.ordered_on <= clock.today
)

select
    customer_id,
    recency::bigint as recency,
    frequency::bigint as frequency,
    monetary::decimal(18, 4) as monetary,
    r::int as r,
    f::int as f,
    m::int as m,
    segment
from rfm(orders, customer => 'customer_id', ts => 'day', value => 'revenue', until => '2000-01-01', bins => 5)
