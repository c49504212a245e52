-- The channels that were touched in the 30 days before orders, in order. One row per path.
-- grain:    path
-- refresh:  every 1 hour
-- plan:     2.2.5
-- audits:   unique(grain), not_null(path), orders > 0, median_days >= 0
-- example:  select path, orders, revenue, median_days from customer.conversion_paths order by orders desc limit 20
-- columns:
--   path               Channels separated by ' > ', equal ones in a row as one; (unattributed) for orders without a touch.
--   orders             Orders.
--   revenue            Their revenue, reporting currency.
--   revenue_per_order  revenue / orders, reporting currency.
--   median_days        Days from the first touch to the order, half of them taking less; NULL without a touch.
select
    path,
    n::bigint as orders,
    value as revenue,
    (value / n)::decimal(18, 4) as revenue_per_order,
    median_days::double precision as median_days
from conversion_paths(
    (select customer_id, ts, channel from core.touchpoints where customer_id is not null and type not in ('impression', 'email_open')),
    (select customer_id, ordered_at as ts, revenue from core.orders where revenue is not null),
    customer => 'customer_id',
    ts => 'ts',
    channel => 'channel',
    value => 'revenue',
    collapse => 'repeat'
)
