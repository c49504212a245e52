-- How long visitors take from looking at a product to the order, from the look that the order followed soonest. One row per span
-- of time.
-- grain:    from_seconds
-- refresh:  every 1 hour
-- plan:     2.2.3
-- audits:   unique(grain), not_null(from_seconds), share between 0 and 1, cumulative_share between 0 and 1.000001
-- example:  select from_seconds, to_seconds, visitors, cumulative_share from customer.time_to_convert order by from_seconds
-- columns:
--   from_seconds      Begin of the span, inclusive.
--   to_seconds        End of the span, exclusive; NULL for the last.
--   visitors          Visitors whose order took that long.
--   share             Share of all who ordered within 30 days.
--   cumulative_share  Share of those who were faster than the end of the span.
--   median_seconds    Seconds of all who ordered, half of them taking less.
--   p90_seconds       Seconds within which nine in ten ordered.
select
    from_seconds,
    to_seconds,
    n::bigint as visitors,
    share,
    cumulative_share,
    median_seconds,
    p90_seconds
from time_to_convert(
    customer.journey_events,
    customer => 'visitor_id',
    ts => 'ts',
    event => 'event',
    steps => array['Product Viewed', 'Order Completed'],
    window => interval '30 days'
)
