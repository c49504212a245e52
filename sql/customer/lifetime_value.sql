-- What each customer is expected to bring over the next twelve months. One row per customer with an order.
-- grain:    customer_id
-- refresh:  every 1 hour
-- plan:     2.1.1, 1.2.5
-- audits:   unique(grain), not_null(customer_id, status), p_alive between 0 and 1, clv >= 0
-- example:  select customer_id, clv, p_alive, expected_orders, tier from customer.lifetime_value order by clv desc nulls last limit 20
-- columns:
--   customer_id           The canonical party.
--   p_alive               Probability that the customer is still active (BG/NBD, fitted to all customers); NULL where no model fits.
--   expected_orders       Orders expected in these months.
--   expected_order_value  Expected revenue of an order, reporting currency.
--   margin_rate           Share of revenue that is left after goods, over all orders whose cost is known; 1 where none is.
--   clv                   Expected margin, discounted by 1 % a month, reporting currency; NULL where no model fits.
--   lower_bound           What the customer brings lies above it with a probability of 90 %, reporting currency.
--   upper_bound           What the customer brings lies below it with a probability of 90 %, reporting currency.
--   tier                  high for the 20 % of customers with the greatest value, then medium and low.
--   status                ok, or why there are no numbers: insufficient_data, not_converged, value_not_positive.
with orders as (
    -- The function looks back from a constant: days are counted back from the first of the year 2000 in place of today.
    select orders.customer_id, date '2000-01-01' - (clock.today - orders.ordered_on) as day, orders.revenue
    from core.orders as orders
    cross join core.clock as clock
    where orders.customer_id is not null and orders.revenue is not null and orders.ordered_on <= clock.today
),

margins as (
    select coalesce(greatest((sum(margin) / nullif(sum(revenue) filter (where margin is not null), 0))::double precision, 0), 1) as margin_rate
    from core.orders
)

select
    value.customer_id,
    value.p_alive,
    value.expected_orders,
    value.expected_order_value,
    margins.margin_rate,
    value.clv * margins.margin_rate as clv,
    value.lower_bound * margins.margin_rate as lower_bound,
    value.upper_bound * margins.margin_rate as upper_bound,
    value.tier,
    value.status
from clv(orders, customer => 'customer_id', ts => 'day', value => 'revenue', until => '2000-01-01', horizon => 12) as value
cross join margins
