-- What customers asked or complained about, and what went wrong: tickets, complaints, incidents. One row per ticket.
-- grain:    ticket_id
-- plan:     6.3.5, 6.3.6
-- audits:   unique(grain), not_null(ticket_id, kind, opened_at)
-- example:  select kind, status, count(*) from core.tickets group by kind, status order by 1, 2
-- columns:
--   ticket_id          The ticket.
--   kind               ticket, complaint or incident.
--   customer_id        The canonical party.
--   order_id           The order it is about.
--   product_id         The product it is about.
--   staff_id           Who looks after it.
--   title              What it is, in a line.
--   status             open, in_progress, done or cancelled.
--   priority           low, normal, high or urgent.
--   severity           minor, major or critical.
--   opened_at          When it came up, UTC.
--   opened_on          The same as a day of the business.
--   first_response_at  When somebody first answered, UTC.
--   completed_at       When it was done, UTC.
--   response_hours     Hours until the first answer; NULL while there is none.
--   resolution_hours   Hours until it was done; NULL while it is not.
--   resolution         How it ended.
select
    w.id as ticket_id,
    w.kind,
    coalesce(l.canonical_id, w.party_id) as customer_id,
    w.document_id as order_id,
    w.product_id,
    w.assignee_id as staff_id,
    w.title,
    w.status,
    w.priority,
    w.severity,
    w.opened_at,
    (w.opened_at at time zone b.tz)::date as opened_on,
    w.first_response_at,
    w.completed_at,
    extract(epoch from w.first_response_at - w.opened_at) / 3600.0 as response_hours,
    extract(epoch from w.completed_at - w.opened_at) / 3600.0 as resolution_hours,
    w.resolution
from core.work_items as w
cross join core.business as b
left join core.party_links as l on l.party_id = w.party_id
where w.kind in ('ticket', 'complaint', 'incident') and w.deleted_at is null
