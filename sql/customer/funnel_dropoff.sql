-- What visitors did next who left the way to an order. One row per last step made and next event.
-- grain:    step, next_event
-- refresh:  every 1 hour
-- plan:     2.2.2
-- audits:   not_null(step, name), visitors > 0, share between 0 and 1
-- example:  select name, next_event, visitors, share from customer.funnel_dropoff order by visitors desc limit 10
-- columns:
--   step            Number of steps made, as in customer.funnel.
--   name            The last of them.
--   next_event      The event that followed; NULL when none did.
--   visitors        Visitors.
--   share           Share of all who stopped at this step.
--   median_seconds  Seconds until that event, half of the visitors taking less.
select
    step::int as step,
    name,
    next_event,
    n::bigint as visitors,
    share,
    median_seconds
from funnel_dropoff(
    customer.journey_events,
    customer => 'visitor_id',
    ts => 'ts',
    event => 'event',
    steps => array['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'],
    window => interval '7 days'
)
