-- The steps of all journeys between channels, as a Sankey diagram draws them. One row per step.
-- grain:    source, target
-- plan:     1.1.7, 2.2.4
-- audits:   unique(grain), not_null(source, target), journeys > 0, orders >= 0
-- example:  select source, target, journeys, revenue from marketing.journey_map order by journeys desc limit 20
-- columns:
--   source            Channel a step begins at; (start) before the first touch.
--   target            Channel it leads to; (conversion) for an order, (null) where nothing followed.
--   journeys          How often the step was taken.
--   orders            Of these, on the way to an order.
--   revenue           Revenue of these orders, counted with every step, reporting currency.
--   median_gap_hours  Hours between the two, half of the steps taking less; NULL from (start) and to (null).
with touches as (
    select customer_id, ts, channel
    from core.touchpoints
    where customer_id is not null and type not in ('impression', 'email_open')
),

conversions as (
    select order_id as conversion_id, customer_id, ordered_at as ts, revenue
    from core.orders
    where revenue is not null
)

select
    src as source,
    dst as target,
    n::bigint as journeys,
    conversions::bigint as orders,
    value as revenue,
    (median_gap / 3600)::double precision as median_gap_hours
from journey_edges(
    touches,
    conversions,
    customer => 'customer_id',
    ts => 'ts',
    channel => 'channel',
    value => 'revenue',
    collapse => 'repeat'
)
