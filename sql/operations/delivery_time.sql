-- How long jobs and deliveries take, and how many are done when promised. One row per month of completion and kind.
-- grain:    month, kind
-- plan:     6.3.4
-- audits:   unique(grain), not_null(month, kind), on_time_rate between 0 and 1
-- example:  select month, kind, jobs, median_days, on_time_rate from operations.delivery_time order by month desc, kind
-- columns:
--   month           First day of the month, business-local.
--   kind            job, delivery or appointment.
--   jobs            Jobs done.
--   median_days     Days from opening to completion, half of them taking less.
--   p90_days        Days within which nine in ten were done.
--   promised        Jobs with a promised end.
--   on_time_rate    Share of these that was done by then; NULL without any.
--   mean_overrun    Minutes of work over the estimate, as a share of it; NULL without an estimate.
--   is_complete     Whether the month is over.
with done as (
    select
        date_trunc('month', completed_on)::date as month,
        kind,
        extract(epoch from completed_at - opened_at)::double precision / 86400 as days,
        on_time,
        case when actual_min is not null and estimate_min > 0 then actual_min::double precision end as actual_min,
        case when actual_min is not null and estimate_min > 0 then estimate_min::double precision end as estimate_min
    from core.jobs
    where status = 'done' and completed_on is not null
)

select
    done.month,
    done.kind,
    count(*)::bigint as jobs,
    percentile_cont(0.5) within group (order by done.days) as median_days,
    percentile_cont(0.9) within group (order by done.days) as p90_days,
    count(done.on_time)::bigint as promised,
    (count(*) filter (where done.on_time))::double precision / nullif(count(done.on_time), 0) as on_time_rate,
    sum(done.actual_min) / nullif(sum(done.estimate_min), 0) - 1 as mean_overrun,
    (done.month + interval '1 month')::date <= min(clock.today) as is_complete
from done
cross join core.clock as clock
group by done.month, done.kind
