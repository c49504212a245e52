-- Revenue and orders of every day, days without an order too: what forecasts look at. One row per day from the first order to
-- the day before today.
-- grain:    on_date
-- plan:     4.1.4
-- audits:   unique(grain), not_null(on_date, revenue, orders), orders >= 0
-- example:  select on_date, revenue from planning.revenue_daily order by on_date desc limit 30
-- columns:
--   on_date  Day, business-local.
--   revenue  Revenue of its orders, reporting currency; 0 without any.
--   orders   Orders.
with daily as (
    select ordered_on, sum(revenue) as revenue, count(*) as orders from core.orders group by ordered_on
),

days as (
    select generate_series(span.first_on, span.today - 1, interval '1 day')::date as on_date
    from (select min(daily.ordered_on) as first_on, min(clock.today) as today from daily cross join core.clock as clock) as span
    where span.first_on < span.today
)

select
    days.on_date,
    coalesce(daily.revenue, 0)::decimal(18, 4) as revenue,
    coalesce(daily.orders, 0)::bigint as orders
from days
left join daily on daily.ordered_on = days.on_date
