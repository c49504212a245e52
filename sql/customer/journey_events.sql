-- What visitors did, in the order of time, each message once. One row per event.
-- grain:    event_id
-- refresh:  every 1 hour
-- plan:     2.2.1, 2.2.2, 2.2.8
-- audits:   unique(grain), not_null(event_id, visitor_id, ts, event)
-- example:  select event, count(distinct visitor_id) as visitors from customer.journey_events group by event order by visitors desc
-- columns:
--   event_id    The event.
--   visitor_id  The customer, or the browser where nobody knows whose it is.
--   ts          When, UTC.
--   event       What happened: the name of the event; of pages without a name their address.
--   device      mobile, desktop or tablet.
--   value       What the event was worth, in its currency.
select
    events.id as event_id,
    coalesce(links.canonical_id, events.party_id, visitors.customer_id, events.anonymous_id, events.id) as visitor_id,
    min(events.ts) as ts,
    coalesce(nullif(min(events.name), ''), min(events.url), min(events.type)) as event,
    min(events.device) as device,
    min(events.value) as value
from core.events as events
left join core.party_links as links on links.party_id = events.party_id
left join core.visitor_links as visitors on visitors.anonymous_id = events.anonymous_id
where events.deleted_at is null and events.type in ('page', 'screen', 'track', 'click')
group by
    events.id,
    coalesce(links.canonical_id, events.party_id, visitors.customer_id, events.anonymous_id, events.id)
