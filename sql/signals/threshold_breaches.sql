-- Days on which a metric crossed a line that core.targets draws for it. One row per target and day.
-- grain:    goal_id, on_date
-- plan:     3.1.6
-- audits:   unique(grain), not_null(goal_id, on_date, metric)
-- example:  select on_date, metric, value, threshold, direction from signals.threshold_breaches order by on_date desc limit 20
-- columns:
--   goal_id    The target: of kind goal, metric `revenue_daily_min`, `spend_daily_max` and so on: a metric of signals.metrics_daily,
--              then `_daily_min` or `_daily_max`; its value is the line for every day of its period.
--   on_date    Day, business-local; complete days only.
--   metric     The metric.
--   value      What the day came to.
--   threshold  The line: money in the reporting currency, or a count.
--   direction  below or above.
--   distance   How far beyond the line, as a share of it; NULL for a line at zero.
with lines as (
    select
        goal_id,
        period_start,
        period_end,
        value as threshold,
        case when metric like '%\_daily\_min' then 'below' else 'above' end as direction,
        substr(metric, 1, length(metric) - 10) as metric
    from core.goals
    where kind = 'goal' and (metric like '%\_daily\_min' or metric like '%\_daily\_max')
)

select
    lines.goal_id,
    daily.on_date,
    lines.metric,
    daily.value,
    lines.threshold::decimal(18, 4) as threshold,
    lines.direction,
    (abs(daily.value - lines.threshold) / nullif(lines.threshold, 0))::double precision as distance
from lines
inner join signals.metrics_daily as daily
    on daily.metric = lines.metric and daily.on_date between lines.period_start and lines.period_end
where (lines.direction = 'below' and daily.value < lines.threshold)
    or (lines.direction = 'above' and daily.value > lines.threshold)
