-- What the business watches, day by day, days without anything too. One row per metric and day from the metric's first fact to
-- the day before today.
-- grain:    metric, on_date
-- refresh:  on change
-- plan:     3.1.2, 3.1.6
-- audits:   unique(grain), not_null(metric, on_date, value)
-- example:  select on_date, value from signals.metrics_daily where metric = 'revenue' order by on_date desc limit 30
-- columns:
--   metric   revenue, orders, spend, clicks, visits, calls, missed_calls or leads.
--   unit     money (reporting currency) or count.
--   on_date  Day, business-local.
--   value    The metric's sum of the day; 0 without anything.
with facts as (
    select 'revenue' as metric, 'money' as unit, ordered_on as on_date, revenue as value from core.orders
    union all
    select 'orders', 'count', ordered_on, 1 from core.orders
    union all
    select 'spend', 'money', on_date, spend from core.spend
    union all
    select 'clicks', 'count', on_date, clicks from core.spend
    union all
    select 'visits', 'count', (sessions.started_at at time zone business.tz)::date, 1
    from core.sessions as sessions
    cross join core.business as business
    union all
    select 'calls', 'count', started_on, 1 from core.calls where direction = 'in'
    union all
    select 'missed_calls', 'count', started_on, 1 from core.calls where direction = 'in' and missed
    union all
    select 'leads', 'count', created_on, 1 from core.leads
),

daily as (
    select metric, unit, on_date, sum(value) as value from facts where on_date is not null group by metric, unit, on_date
),

spans as (
    select daily.metric, daily.unit, min(daily.on_date) as first_on, min(clock.today) - 1 as last_on
    from daily
    cross join core.clock as clock
    group by daily.metric, daily.unit
),

days as (
    select metric, unit, generate_series(first_on, last_on, interval '1 day')::date as on_date
    from spans
    where first_on <= last_on
)

select
    days.metric,
    days.unit,
    days.on_date,
    coalesce(daily.value, 0)::decimal(18, 4) as value
from days
left join daily on daily.metric = days.metric and daily.on_date = days.on_date
