-- Whether the people there are have the hours that the work takes. One row per month.
-- grain:    month
-- plan:     4.3.4, 4.3.2
-- audits:   unique(grain), not_null(month, advice), advice in ('hire', 'add hours', 'keep', 'reduce hours')
-- example:  select month, hours_needed, hours_planned, people_missing, advice from planning.hiring_plan where is_complete order by month desc limit 6
-- columns:
--   month           First day of the month, business-local.
--   hours_worked    Hours worked.
--   hours_planned   Hours planned.
--   overtime        Hours worked beyond the plan; 0 where there were fewer.
--   backlog_hours   Estimates of jobs that came up and were not done by the end of the month (today, in an open one).
--   hours_needed    hours_worked + a third of backlog_hours: the backlog is worked off in a quarter.
--   people_missing  (hours_needed - hours_planned) / 160, people at 160 hours a month; negative when there are too many.
--   advice          hire (a person or more is missing, for three months on average), add hours (an eighth of a person or more),
--                   reduce hours (that much too many) or keep.
--   is_complete     Whether the month is over.
with worked as (
    select date_trunc('month', start_on)::date as month, sum(hours) as hours from core.timesheets group by date_trunc('month', start_on)
),

planned as (
    select date_trunc('month', start_on)::date as month, sum(hours) as hours from core.shifts group by date_trunc('month', start_on)
),

months as (
    select
        coalesce(worked.month, planned.month) as month,
        coalesce(worked.hours, 0) as hours_worked,
        coalesce(planned.hours, 0) as hours_planned,
        least((coalesce(worked.month, planned.month) + interval '1 month')::date, clock.today + 1) as ends_on,
        clock.today
    from worked
    full join planned on planned.month = worked.month
    cross join core.clock as clock
),

jobs as (
    select
        (jobs.opened_at at time zone business.tz)::date as opened_on,
        jobs.completed_on,
        jobs.estimate_min
    from core.jobs as jobs
    cross join core.business as business
    where jobs.status <> 'cancelled' and jobs.estimate_min is not null
),

backlogs as (
    select months.month, sum(jobs.estimate_min) / 60.0 as hours
    from months
    inner join jobs on jobs.opened_on < months.ends_on and (jobs.completed_on is null or jobs.completed_on >= months.ends_on)
    group by months.month
),

needs as (
    select
        months.month,
        months.today,
        months.hours_worked,
        months.hours_planned,
        coalesce(backlogs.hours, 0) as backlog_hours,
        months.hours_worked + coalesce(backlogs.hours, 0) / 3 as hours_needed
    from months
    left join backlogs on backlogs.month = months.month
),

people as (
    select
        *,
        (hours_needed - hours_planned) / 160 as missing,
        avg((hours_needed - hours_planned) / 160) over (order by month rows between 2 preceding and current row) as mean_missing
    from needs
)

select
    month,
    hours_worked::decimal(18, 4) as hours_worked,
    hours_planned::decimal(18, 4) as hours_planned,
    greatest(hours_worked - hours_planned, 0)::decimal(18, 4) as overtime,
    backlog_hours::decimal(18, 4) as backlog_hours,
    hours_needed::decimal(18, 4) as hours_needed,
    missing::double precision as people_missing,
    case
        when mean_missing >= 1 then 'hire'
        when mean_missing >= 0.125 then 'add hours'
        when mean_missing <= -0.125 then 'reduce hours'
        else 'keep'
    end as advice,
    (month + interval '1 month')::date <= today as is_complete
from people
