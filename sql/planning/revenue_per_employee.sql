-- What each person who worked brought. One row per month with revenue or work.
-- grain:    month
-- plan:     4.3.5
-- audits:   unique(grain), not_null(month), staff >= 0, hours >= 0
-- example:  select month, revenue_per_employee, revenue_per_hour, change from planning.revenue_per_employee where is_complete order by month desc
-- columns:
--   month                 First day of the month, business-local.
--   revenue               Revenue of the orders, reporting currency.
--   staff                 People with hours worked in the month.
--   hours                 Hours worked.
--   full_time             hours / 160: people at 160 hours a month.
--   revenue_per_employee  revenue / staff, reporting currency; NULL where nobody worked.
--   revenue_per_hour      revenue / hours, reporting currency; NULL where nobody worked.
--   change                revenue_per_hour over that of the month before, less 1; NULL for the first.
--   is_complete           Whether the month is over.
with people as (
    select date_trunc('month', start_on)::date as month, staff_id, sum(hours) as hours
    from core.timesheets
    group by date_trunc('month', start_on), staff_id
),

worked as (
    select month, count(staff_id) as staff, sum(hours) as hours from people group by month
),

earned as (
    select date_trunc('month', ordered_on)::date as month, sum(revenue) as revenue
    from core.orders
    group by date_trunc('month', ordered_on)
),

together as (
    select
        coalesce(worked.month, earned.month) as month,
        coalesce(earned.revenue, 0) as revenue,
        coalesce(worked.staff, 0) as staff,
        coalesce(worked.hours, 0) as hours
    from worked
    full join earned on earned.month = worked.month
),

rates as (
    select *, revenue / nullif(hours, 0) as per_hour from together
)

select
    rates.month,
    rates.revenue::decimal(18, 4) as revenue,
    rates.staff::bigint as staff,
    rates.hours::decimal(18, 4) as hours,
    (rates.hours / 160)::double precision as full_time,
    (rates.revenue / nullif(rates.staff, 0))::decimal(18, 4) as revenue_per_employee,
    rates.per_hour::decimal(18, 4) as revenue_per_hour,
    (rates.per_hour / nullif(lag(rates.per_hour) over (order by rates.month), 0))::double precision - 1 as change,
    (rates.month + interval '1 month')::date <= clock.today as is_complete
from rates
cross join core.clock as clock
