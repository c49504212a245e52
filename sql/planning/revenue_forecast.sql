-- Revenue of the next 90 days. One row per day.
-- grain:    on_date
-- plan:     4.1.1, 4.1.2
-- audits:   unique(grain), not_null(on_date, status), upper_bound >= lower_bound
-- example:  select on_date, forecast, lower_bound, upper_bound from planning.revenue_forecast where days_ahead <= 30 order by on_date
-- columns:
--   on_date        Day, business-local, from today on.
--   days_ahead     1 for today, up to 90.
--   forecast       Expected revenue, reporting currency; NULL without an order before today.
--   lower_bound    Revenue lies between the bounds with a probability of 80 %, reporting currency.
--   upper_bound    The upper of them, reporting currency.
--   model          The model that was chosen by a backtest.
--   season_length  Days of the season, 1 for none.
--   mase_vs_naive  The backtest's error over that of repeating the last season; below 1 when better. NULL without a backtest.
--   status         ok, or what is to be known of the series.
select
    ts::date as on_date,
    (row_number() over (order by ts))::bigint as days_ahead,
    forecast,
    lower_bound,
    upper_bound,
    model,
    season_length::bigint as season_length,
    mase_vs_naive,
    status
from forecast(planning.revenue_daily, ts => 'on_date', value => 'revenue', horizon => 90, freq => 'day', nonnegative => true)
