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
with figures as (
    select *, period_end < today as is_complete
    from planning.plan_actuals
    where kind = 'forecast' and period_start <= today
)

select
    goal_id as forecast_id,
    metric,
    period_start,
    period_end,
    value::decimal(18, 4) as forecast,
    actual,
    (actual - value)::decimal(18, 4) as error,
    ((actual - value) / nullif(value, 0))::double precision as error_pct,
    (
        sum(case when is_complete then abs(actual - value) end) over (partition by metric)
        / nullif(sum(case when is_complete then actual end) over (partition by metric), 0)
    )::double precision as mean_abs_pct,
    is_complete
from figures
