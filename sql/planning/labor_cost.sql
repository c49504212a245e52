-- What work costs against what it brings, and where hours were planned that nobody needed. One row per week.
-- grain:    week
-- plan:     4.3.6
-- audits:   unique(grain), not_null(week), hours >= 0, planned_hours >= 0, utilization between 0 and 1.000001
-- example:  select week, cost, cost_rate, idle_hours, idle_cost from planning.labor_cost where is_complete order by week desc limit 12
-- columns:
--   week            Monday of the week.
--   planned_hours   Hours planned.
--   hours           Hours worked.
--   overrun         hours / planned_hours - 1; NULL where nothing was planned.
--   cost            Cost of the hours worked, reporting currency; hours without a rate of pay cost nothing here.
--   revenue         Revenue of the orders, reporting currency.
--   cost_rate       cost / revenue; NULL without revenue.
--   billable_hours  Hours that a customer pays for.
--   utilization     billable_hours over the hours that say whether they are billable; NULL where none does.
--   idle_hours      Hours that say they are not billable.
--   idle_cost       Their cost, reporting currency.
--   is_complete     Whether the week is over.
with worked as (
    select
        date_trunc('week', start_on)::date as week,
        0::decimal(38, 4) as planned_hours,
        hours,
        coalesce(cost, 0) as cost,
        case when billable then hours else 0 end as billable_hours,
        case when not billable then hours else 0 end as idle_hours,
        case when not billable then coalesce(cost, 0) else 0 end as idle_cost,
        0::decimal(38, 4) as revenue
    from core.timesheets
),

planned as (
    select date_trunc('week', start_on)::date as week, hours from core.shifts
),

earned as (
    select date_trunc('week', ordered_on)::date as week, revenue from core.orders
),

weekly as (
    select
        week,
        sum(planned_hours) as planned_hours,
        sum(hours) as hours,
        sum(cost) as cost,
        sum(billable_hours) as billable_hours,
        sum(idle_hours) as idle_hours,
        sum(idle_cost) as idle_cost,
        coalesce(sum(revenue), 0) as revenue
    from (
        select * from worked
        union all
        select week, hours, 0, 0, 0, 0, 0, 0 from planned
        union all
        select week, 0, 0, 0, 0, 0, 0, revenue from earned
    ) as together
    group by week
)

select
    weekly.week,
    weekly.planned_hours::decimal(18, 4) as planned_hours,
    weekly.hours::decimal(18, 4) as hours,
    (weekly.hours / nullif(weekly.planned_hours, 0))::double precision - 1 as overrun,
    weekly.cost::decimal(18, 4) as cost,
    weekly.revenue::decimal(18, 4) as revenue,
    (weekly.cost / nullif(weekly.revenue, 0))::double precision as cost_rate,
    weekly.billable_hours::decimal(18, 4) as billable_hours,
    (weekly.billable_hours / nullif(weekly.billable_hours + weekly.idle_hours, 0))::double precision as utilization,
    weekly.idle_hours::decimal(18, 4) as idle_hours,
    weekly.idle_cost::decimal(18, 4) as idle_cost,
    weekly.week + 7 <= clock.today as is_complete
from weekly
cross join core.clock as clock
