-- What visitors who order do more often than those who do not. One row per event.
-- grain:    event
-- refresh:  every 1 hour
-- plan:     2.2.7
-- audits:   unique(grain), not_null(event), share_of_buyers between 0 and 1, share_of_others between 0 and 1
-- example:  select event, share_of_buyers, share_of_others, lift from customer.journey_compare where q_value < 0.05 order by lift desc
-- columns:
--   event            The event, of buyers before their first order.
--   buyers_with      Buyers who had it.
--   others_with      Others who had it.
--   buyers           All visitors with an order.
--   others           All visitors without one.
--   share_of_buyers  buyers_with / buyers.
--   share_of_others  others_with / others.
--   lift             share_of_buyers / share_of_others; NULL where none of the others had it.
--   p_value          Of both shares being the same.
--   q_value          The false discovery rate over all events.
select
    event,
    converters_with::bigint as buyers_with,
    others_with::bigint as others_with,
    converters::bigint as buyers,
    others::bigint as others,
    support as share_of_buyers,
    support_others as share_of_others,
    lift,
    p_value,
    q_value
from journey_compare(
    customer.journey_events,
    customer => 'visitor_id',
    ts => 'ts',
    event => 'event',
    conversion => 'Order Completed'
)
