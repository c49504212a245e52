-- What customers of one month did in the months after. One row per month of the first order and month since.
-- grain:    cohort, month_number
-- plan:     2.1.5, 2.1.6
-- audits:   unique(grain), not_null(cohort, month_number), retention between 0 and 1, month_number >= 0
-- example:  select cohort, month_number, retention from customer.cohorts where is_complete order by cohort, month_number
-- columns:
--   cohort                First day of the month of the first order, business-local.
--   month_number          Months since, from 0.
--   customers             Customers of the cohort.
--   active                Of these, customers with an order in that month.
--   retention             active / customers.
--   orders                Their orders in that month.
--   revenue               Revenue of these, reporting currency.
--   cumulative_revenue    Revenue since the first order, reporting currency.
--   revenue_per_customer  cumulative_revenue / customers, reporting currency.
--   is_complete           Whether that month is over.
with orders as (
    select
        customer_id,
        date_trunc('month', ordered_on)::date as month,
        date_trunc('month', min(ordered_on) over (partition by customer_id))::date as cohort,
        revenue
    from core.orders
    where customer_id is not null
),

sizes as (
    select cohort, count(distinct customer_id) as customers
    from orders
    group by cohort
),

-- Every month from the first order to today has a row, whether anybody ordered or not.
calendar as (
    select
        sizes.cohort,
        sizes.customers,
        generate_series(sizes.cohort, date_trunc('month', clock.today)::date, interval '1 month')::date as month
    from sizes
    cross join core.clock as clock
),

activity as (
    select cohort, month, count(distinct customer_id) as active, count(*) as orders, sum(revenue) as revenue
    from orders
    group by cohort, month
),

filled as (
    select
        calendar.cohort,
        calendar.month,
        calendar.customers,
        coalesce(activity.active, 0) as active,
        coalesce(activity.orders, 0) as orders,
        coalesce(activity.revenue, 0) as revenue
    from calendar
    left join activity on activity.cohort = calendar.cohort and activity.month = calendar.month
)

select
    filled.cohort,
    (
        (extract(year from filled.month) - extract(year from filled.cohort)) * 12
        + extract(month from filled.month) - extract(month from filled.cohort)
    )::int as month_number,
    filled.customers::bigint as customers,
    filled.active::bigint as active,
    filled.active::double precision / filled.customers as retention,
    filled.orders::bigint as orders,
    filled.revenue::decimal(18, 4) as revenue,
    (sum(filled.revenue) over (partition by filled.cohort order by filled.month))::decimal(18, 4) as cumulative_revenue,
    (sum(filled.revenue) over (partition by filled.cohort order by filled.month) / filled.customers)::decimal(18, 4)
        as revenue_per_customer,
    (filled.month + interval '1 month')::date <= clock.today as is_complete
from filled
cross join core.clock as clock
