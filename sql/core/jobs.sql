-- Work done for customers: jobs, deliveries, appointments. One row per job.
-- grain:    job_id
-- plan:     6.3.4, 4.3.7
-- audits:   unique(grain), not_null(job_id, kind, opened_at)
-- example:  select kind, status, count(*) from core.jobs group by kind, status order by 1, 2
-- columns:
--   job_id           The job.
--   kind             job, delivery or appointment.
--   customer_id      The canonical party.
--   order_id         The order it fulfils.
--   product_id       What is done.
--   org_unit_id      The part of the business that does it.
--   staff_id         Who does it.
--   status           open, scheduled, in_progress, done or cancelled.
--   opened_at        When it came up, UTC.
--   scheduled_start  When it was to begin, UTC.
--   scheduled_end    When it was to be done, UTC.
--   started_at       When work began, UTC.
--   completed_at     When it was done, UTC.
--   completed_on     The same as a day of the business.
--   estimate_min     Minutes it was planned to take.
--   actual_min       Minutes it took; NULL until it is done.
--   on_time          Whether it was done when promised; NULL where nothing was promised or it is not done.
--   revenue          What it brought, in `currency`.
--   cost             What it cost, in `currency`.
--   currency         ISO 4217 code of the amounts.
select
    w.id as job_id,
    w.kind,
    coalesce(l.canonical_id, w.party_id) as customer_id,
    w.document_id as order_id,
    w.product_id,
    w.org_unit_id,
    w.assignee_id as staff_id,
    w.status,
    w.opened_at,
    w.scheduled_start,
    w.scheduled_end,
    w.started_at,
    w.completed_at,
    (w.completed_at at time zone b.tz)::date as completed_on,
    w.estimate_min,
    extract(epoch from w.completed_at - w.started_at) / 60.0 as actual_min,
    w.completed_at <= w.scheduled_end as on_time,
    w.revenue,
    w.cost,
    w.currency
from core.work_items as w
cross join core.business as b
left join core.party_links as l on l.party_id = w.party_id
where w.kind in ('job', 'delivery', 'appointment') and w.deleted_at is null
