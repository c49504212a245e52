-- What went wrong, by month and severity, and how often for the work done. One row per month and severity.
-- grain:    month, severity
-- plan:     6.3.5
-- audits:   unique(grain), not_null(month, severity), open <= incidents
-- example:  select month, severity, incidents, per_hundred_jobs, median_hours from operations.incidents order by month desc, severity
-- columns:
--   month             First day of the month in which it came up, business-local.
--   severity          minor, major, critical or (unknown).
--   incidents         Incidents.
--   open              Of these, not done yet.
--   median_hours      Hours until they were done, half of them less; NULL while none is.
--   jobs              Jobs done in the month.
--   per_hundred_jobs  100 × incidents / jobs; NULL without jobs.
--   is_complete       Whether the month is over.
with incidents as (
    select
        date_trunc('month', opened_on)::date as month,
        coalesce(severity, '(unknown)') as severity,
        completed_at,
        resolution_hours::double precision as hours
    from core.tickets
    where kind = 'incident' and status <> 'cancelled'
),

jobs as (
    select month, sum(jobs) as jobs from operations.delivery_time group by month
)

select
    incidents.month,
    incidents.severity,
    count(*)::bigint as incidents,
    (count(*) - count(incidents.completed_at))::bigint as open,
    percentile_cont(0.5) within group (order by incidents.hours) as median_hours,
    coalesce(min(jobs.jobs), 0)::bigint as jobs,
    (100.0 * count(*) / nullif(min(jobs.jobs), 0))::double precision as per_hundred_jobs,
    (incidents.month + interval '1 month')::date <= min(clock.today) as is_complete
from incidents
left join jobs on jobs.month = incidents.month
cross join core.clock as clock
group by incidents.month, incidents.severity
