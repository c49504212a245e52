-- Days on which a metric was not as it should have been, and what should have been. One row per metric and unusual day.
-- grain:    metric, on_date
-- plan:     3.1.1
-- audits:   unique(grain), not_null(metric, on_date, direction)
-- example:  select on_date, metric, value, baseline, direction, severity from signals.anomalies order by on_date desc limit 20
-- columns:
--   metric       A metric of signals.metrics_daily.
--   unit         money (reporting currency) or count.
--   on_date      Day, business-local.
--   value        What it was, in `unit`.
--   baseline     What was expected: trend and seasons of the whole series, in `unit`.
--   lower_bound  Between the bounds lie 999 of 1000 ordinary days: of eight metrics that are looked at every day, about three
--                false alarms a year together; in `unit`.
--   upper_bound  The upper of them, in `unit`.
--   score        How loud an alarm it is, 0 to 1.
--   direction    up or down.
--   impact       value - baseline, in `unit`.
--   severity     How far out it is.
with money as (
    select * from detect_anomalies(
        (select metric, on_date, value from signals.metrics_daily where unit = 'money'),
        ts => 'on_date', value => 'value', by => array['metric'], kind => 'money', sensitivity => 0.999
    )
),

counts as (
    select * from detect_anomalies(
        (select metric, on_date, value from signals.metrics_daily where unit = 'count'),
        ts => 'on_date', value => 'value', by => array['metric'], kind => 'count', sensitivity => 0.999
    )
),

judged as (
    select 'money' as unit, metric, ts, value, baseline, lower_bound, upper_bound, score, direction, impact, severity
    from money
    where is_anomaly
    union all
    select 'count', metric, ts, value, baseline, lower_bound, upper_bound, score, direction, impact, severity
    from counts
    where is_anomaly
)

select
    metric,
    unit,
    ts::date as on_date,
    value,
    baseline,
    lower_bound,
    upper_bound,
    score,
    direction,
    impact,
    severity
from judged
