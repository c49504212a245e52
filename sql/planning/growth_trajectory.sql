-- Revenue month by month with its growth, and what a year comes to at that rate. One row per month from the first order on.
-- grain:    month
-- plan:     4.1.7, 4.1.4
-- audits:   unique(grain), not_null(month, revenue), orders >= 0
-- example:  select month, revenue, growth, growth_on_year, annual_rate from planning.growth_trajectory where is_complete order by month desc limit 12
-- columns:
--   month           First day of the month, business-local.
--   revenue         Revenue of the orders, reporting currency.
--   orders          Orders.
--   customers       Customers who ordered.
--   growth          revenue over that of the month before, less 1; NULL for the first, or after a month without revenue.
--   growth_on_year  revenue over that of the same month a year before, less 1; NULL without one.
--   mean_growth     Growth a month that leads from the revenue of three months before to this one: the cube root of their
--                   ratio, less 1; NULL without it.
--   last_twelve     Revenue of the month and the eleven before, reporting currency; NULL in the first year.
--   annual_rate     12 × revenue, reporting currency: a year of such months.
--   is_complete     Whether the month is over.
with monthly as (
    select
        date_trunc('month', ordered_on)::date as month,
        sum(revenue) as revenue,
        count(*) as orders,
        count(distinct customer_id) as customers
    from core.orders
    group by date_trunc('month', ordered_on)
),

months as (
    select generate_series(span.first_month, date_trunc('month', span.today)::date, interval '1 month')::date as month
    from (select min(monthly.month) as first_month, min(clock.today) as today from monthly cross join core.clock as clock) as span
    where span.first_month <= span.today
),

filled as (
    select
        months.month,
        coalesce(monthly.revenue, 0) as revenue,
        coalesce(monthly.orders, 0) as orders,
        coalesce(monthly.customers, 0) as customers
    from months
    left join monthly on monthly.month = months.month
),

compared as (
    select
        *,
        lag(revenue) over (order by month) as month_before,
        lag(revenue, 3) over (order by month) as quarter_before,
        lag(revenue, 12) over (order by month) as year_before,
        sum(revenue) over (order by month rows between 11 preceding and current row) as twelve,
        row_number() over (order by month) as nth
    from filled
)

select
    compared.month,
    compared.revenue::decimal(18, 4) as revenue,
    compared.orders::bigint as orders,
    compared.customers::bigint as customers,
    (compared.revenue / nullif(compared.month_before, 0))::double precision - 1 as growth,
    (compared.revenue / nullif(compared.year_before, 0))::double precision - 1 as growth_on_year,
    case
        when compared.quarter_before > 0 and compared.revenue >= 0
            then power((compared.revenue / compared.quarter_before)::double precision, 1.0 / 3) - 1
    end as mean_growth,
    case when compared.nth >= 12 then compared.twelve::decimal(18, 4) end as last_twelve,
    (12 * compared.revenue)::decimal(18, 4) as annual_rate,
    (compared.month + interval '1 month')::date <= clock.today as is_complete
from compared
cross join core.clock as clock
