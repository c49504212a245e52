-- How likely each customer is not to order in the next 90 days. One row per customer with an order.
-- grain:    customer_id
-- plan:     2.1.3
-- audits:   unique(grain), not_null(customer_id, status), churn_probability between 0 and 1
-- example:  select customer_id, churn_probability, net_revenue, risk from customer.churn_risk
--           where risk = 'high' order by net_revenue desc limit 20
-- columns:
--   customer_id        The canonical party.
--   orders             Days with an order.
--   days_since_last    Days from the last order to today.
--   p_alive            Probability that the customer is still active (BG/NBD, fitted to all customers); NULL where no model fits.
--   churn_probability  Probability of no order within 90 days, gone or not; NULL where no model fits.
--   expected_orders    Orders expected in these days.
--   net_revenue        Revenue less refunds so far, reporting currency: what is at stake.
--   risk               high from 0.75, medium from 0.4, low below; NULL where no model fits.
--   status             ok, or why there are no numbers: insufficient_data, not_converged.
with orders as (
    -- The function looks back from a constant: days are counted back from the first of the year 2000 in place of today.
    select orders.customer_id, date '2000-01-01' - (clock.today - orders.ordered_on) as day
    from core.orders as orders
    cross join core.clock as clock
    where orders.customer_id is not null and orders.ordered_on <= clock.today
)

select
    risks.customer_id,
    risks.orders::bigint as orders,
    risks.days_since_last::bigint as days_since_last,
    risks.p_alive,
    risks.churn_probability,
    risks.expected_orders,
    customers.net_revenue,
    risks.risk,
    risks.status
from churn_risk(orders, customer => 'customer_id', ts => 'day', until => '2000-01-01', horizon => 90) as risks
left join customer.orders_of_customers as customers on customers.customer_id = risks.customer_id
