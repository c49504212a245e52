-- From looking at a product to an order within seven days. One row per step.
-- grain:    step
-- refresh:  every 1 hour
-- plan:     2.2.1
-- audits:   unique(grain), not_null(step, name), entered >= converted, rate_start between 0 and 1
-- example:  select step, name, entered, rate_previous, lost_value from customer.funnel order by step
-- columns:
--   step            Number of the step, from 1.
--   name            The event: Product Viewed, Product Added, Checkout Started, Order Completed.
--   entered         Visitors who came to the step.
--   converted       Of these, visitors who made the next one; at the last step all.
--   rate_previous   entered over those who entered the step before.
--   rate_start      entered over those who entered the first step.
--   ci_low          Lower end of the 95 % interval of rate_previous.
--   ci_high         Upper end of it.
--   dropped         Visitors who went no further and no longer can.
--   in_progress     Visitors who went no further and still may.
--   median_seconds  Seconds since the step before, half of the visitors taking less.
--   p90_seconds     Seconds within which nine in ten made it.
--   lost_value      What the dropped would have been worth, had they gone on as the others did, in the currency of the events.
select
    step::int as step,
    name,
    entered::bigint as entered,
    converted::bigint as converted,
    rate_previous,
    rate_start,
    ci_low,
    ci_high,
    dropped::bigint as dropped,
    in_progress::bigint as in_progress,
    median_seconds,
    p90_seconds,
    lost_value
from funnel(
    customer.journey_events,
    customer => 'visitor_id',
    ts => 'ts',
    event => 'event',
    value => 'value',
    steps => array['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'],
    window => interval '7 days'
)
