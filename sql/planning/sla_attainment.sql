-- Whether promises to customers were kept: telephone, callbacks, tickets, jobs. One row per month and promise.
-- grain:    month, promise
-- plan:     4.3.7
-- audits:   unique(grain), not_null(month, promise), kept <= promised, attainment between 0 and 1
-- example:  select month, promise, promised, attainment, target, is_met from planning.sla_attainment where is_complete order by month desc, promise
-- columns:
--   month        First day of the month, business-local.
--   promise      call answered within 20 seconds; missed call returned within 2 hours; ticket answered within 8 hours; job done when
--                promised.
--   promised     Cases.
--   kept         Of these, cases in which the promise was kept.
--   attainment   kept / promised.
--   target       What is usual to aim at: 0.8 for calls, 0.9 for the others.
--   is_met       Whether attainment reaches the target.
--   is_complete  Whether the month is over.
with cases as (
    select started_on as on_date, 'call answered within 20 seconds' as promise, not missed and coalesce(ring_s, 0) <= 20 as is_kept, 0.8 as target
    from core.calls
    where direction = 'in'
    union all
    select started_on, 'missed call returned within 2 hours', coalesce(minutes_to_callback <= 120, false), 0.9
    from core.missed_calls
    union all
    select opened_on, 'ticket answered within 8 hours', coalesce(response_hours <= 8, false), 0.9
    from core.tickets
    where kind in ('ticket', 'complaint') and status <> 'cancelled'
    union all
    select completed_on, 'job done when promised', on_time, 0.9
    from core.jobs
    where status = 'done' and on_time is not null
),

monthly as (
    select
        date_trunc('month', on_date)::date as month,
        promise,
        count(*) as promised,
        count(*) filter (where is_kept) as kept,
        min(target) as target
    from cases
    where on_date is not null
    group by date_trunc('month', on_date), promise
)

select
    monthly.month,
    monthly.promise,
    monthly.promised::bigint as promised,
    monthly.kept::bigint as kept,
    monthly.kept::double precision / monthly.promised as attainment,
    monthly.target::double precision as target,
    monthly.kept >= monthly.target * monthly.promised as is_met,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
