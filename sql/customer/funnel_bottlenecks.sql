-- Where the way to an order loses most, by device. One row per step and device, the greatest loss first.
-- grain:    rank
-- refresh:  every 1 hour
-- plan:     2.2.6
-- audits:   unique(grain), not_null(rank, step), entered >= went_on
-- example:  select name, device, rate, rate_all, lost_orders, q_value from customer.funnel_bottlenecks order by rank limit 5
-- columns:
--   rank         Place, from 1.
--   step         Number of the step, as in customer.funnel.
--   name         The step that visitors came to.
--   device       mobile, desktop or tablet; NULL where nothing says.
--   entered      Visitors who came there.
--   went_on      Of these, visitors who made the next step.
--   rate         went_on / entered.
--   rate_all     The same of all devices.
--   lost_orders  Orders there would be more if the device went on as all do.
--   p_value      Of the device going on as often as the rest.
--   q_value      The false discovery rate over all rows.
select
    rank::bigint as rank,
    step::int as step,
    name,
    segment as device,
    entered::bigint as entered,
    went_on::bigint as went_on,
    rate,
    rate_all,
    lost_conversions as lost_orders,
    p_value,
    q_value
from funnel_bottlenecks(
    customer.journey_events,
    customer => 'visitor_id',
    ts => 'ts',
    event => 'event',
    segment => 'device',
    steps => array['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'],
    window => interval '7 days'
)
