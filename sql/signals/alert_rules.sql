-- The business's own rules for alerts, and where each stands. One row per rule.
-- grain:    rule_id
-- plan:     3.1.8
-- audits:   unique(grain), not_null(rule_id, metric, condition, threshold, state), breaches <= days
-- example:  select metric, condition, threshold, last_value, breaches, state from signals.alert_rules order by state, metric
-- columns:
--   rule_id         The target in core.targets that is the rule: of kind goal, metric `revenue_daily_min`, `spend_daily_max` and so
--                   on. A new row there is a new rule, a new version of it changes it.
--   metric          A metric of signals.metrics_daily.
--   condition       below or above: what the rule warns of.
--   threshold       The line: money in the reporting currency, or a count.
--   starts_on       First day that the rule holds for.
--   ends_on         Last day.
--   days            Complete days of it with a value.
--   breaches        Of these, days on which the line was crossed.
--   last_breach_on  The latest of them.
--   last_on         The latest day with a value.
--   last_value      What that day came to.
--   state           not started, no data (the metric has no facts), breached or ok (on the latest day), ended.
with rules as (
    select
        goals.goal_id as rule_id,
        goals.period_start,
        goals.period_end,
        goals.value as threshold,
        case when goals.metric like '%\_daily\_min' then 'below' else 'above' end as condition,
        substr(goals.metric, 1, length(goals.metric) - 10) as metric,
        clock.today
    from core.goals as goals
    cross join core.clock as clock
    where goals.kind = 'goal' and (goals.metric like '%\_daily\_min' or goals.metric like '%\_daily\_max')
),

watched as (
    select
        rules.rule_id,
        daily.on_date,
        daily.value,
        (rules.condition = 'below' and daily.value < rules.threshold)
            or (rules.condition = 'above' and daily.value > rules.threshold) as is_breach,
        row_number() over (partition by rules.rule_id order by daily.on_date desc) as nth
    from rules
    inner join signals.metrics_daily as daily
        on daily.metric = rules.metric and daily.on_date between rules.period_start and rules.period_end
),

summed as (
    select
        rule_id,
        count(*) as days,
        count(*) filter (where is_breach) as breaches,
        max(on_date) filter (where is_breach) as last_breach_on,
        max(on_date) as last_on,
        max(value) filter (where nth = 1) as last_value,
        bool_or(is_breach and nth = 1) as is_breached
    from watched
    group by rule_id
)

select
    rules.rule_id,
    rules.metric,
    rules.condition,
    rules.threshold::decimal(18, 4) as threshold,
    rules.period_start as starts_on,
    rules.period_end as ends_on,
    coalesce(summed.days, 0)::bigint as days,
    coalesce(summed.breaches, 0)::bigint as breaches,
    summed.last_breach_on,
    summed.last_on,
    summed.last_value,
    case
        when rules.period_start >= rules.today then 'not started'
        when rules.period_end < rules.today then 'ended'
        when summed.days is null then 'no data'
        when summed.is_breached then 'breached'
        else 'ok'
    end as state
from rules
left join summed on summed.rule_id = rules.rule_id
