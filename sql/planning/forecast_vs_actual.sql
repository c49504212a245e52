-- Forecasts that were written down, against what came. One row per forecast whose period has begun.
-- grain:    forecast_id
-- plan:     4.1.8
-- audits:   unique(grain), not_null(forecast_id, metric)
-- example:  select metric, period_start, forecast, actual, error_pct from planning.forecast_vs_actual where is_complete order by period_start desc
-- columns:
--   forecast_id    The target in core.goals of kind forecast for the whole business, its newest version.
--   metric         revenue, orders, new_customers or spend.
--   period_start   First day.
--   period_end     Last day.
--   forecast       What was expected: money in the reporting currency, or a count.
--   actual         What came until today.
--   error          actual - forecast.
--   error_pct      error / forecast; NULL without a forecast.
--   mean_abs_pct   Mean of the absolute errors of all complete periods of the metric, over their mean actual (weighted MAPE); NULL
--                  while none is complete.
--   is_complete    Whether the period is over.
with forecasts as (
    select goals.*, clock.today, least(goals.period_end, clock.today) as last_on
    from core.goals as goals
    cross join core.clock as clock
    where goals.kind = 'forecast' and goals.metric in ('revenue', 'orders', 'new_customers', 'spend')
        and goals.account_id is null and goals.org_unit_id is null and goals.campaign_id is null and goals.product_id is null
        and goals.owner_id is null and goals.period_start <= clock.today
),

numbered as (
    select
        ordered_on,
        revenue,
        case when customer_id is not null then row_number() over (partition by customer_id order by ordered_at, order_id) end as nth
    from core.orders
),

daily as (
    select 'revenue' as metric, ordered_on as on_date, sum(revenue) as value from numbered group by ordered_on
    union all
    select 'orders', ordered_on, count(*) from numbered group by ordered_on
    union all
    select 'new_customers', ordered_on, count(*) from numbered where nth = 1 group by ordered_on
    union all
    select 'spend', on_date, sum(spend) from core.spend group by on_date
),

figures as (
    select
        forecasts.goal_id,
        forecasts.metric,
        forecasts.period_start,
        forecasts.period_end,
        forecasts.value,
        forecasts.period_end < forecasts.today as is_complete,
        coalesce(sum(daily.value), 0) as actual
    from forecasts
    left join daily on daily.metric = forecasts.metric and daily.on_date between forecasts.period_start and forecasts.last_on
    group by
        forecasts.goal_id,
        forecasts.metric,
        forecasts.period_start,
        forecasts.period_end,
        forecasts.value,
        forecasts.period_end < forecasts.today
)

select
    goal_id as forecast_id,
    metric,
    period_start,
    period_end,
    value::decimal(18, 4) as forecast,
    actual::decimal(18, 4) as actual,
    (actual - value)::decimal(18, 4) as error,
    ((actual - value) / nullif(value, 0))::double precision as error_pct,
    (
        sum(case when is_complete then abs(actual - value) end) over (partition by metric)
        / nullif(sum(case when is_complete then actual end) over (partition by metric), 0)
    )::double precision as mean_abs_pct,
    is_complete
from figures
