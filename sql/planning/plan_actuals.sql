-- What was aimed at for the whole business, and what has come of it: what planning.goal_projection and
-- planning.forecast_vs_actual look at. One row per goal, quota or forecast.
-- grain:    goal_id
-- plan:     4.1.5, 4.1.8
-- audits:   unique(grain), not_null(goal_id, kind, metric, today, actual)
-- example:  select kind, metric, period_start, value, actual from planning.plan_actuals order by period_start, kind, metric
-- columns:
--   goal_id       The target in core.goals that is of no account, cost centre, campaign, product or rep; its newest version.
--   kind          goal, quota or forecast.
--   metric        revenue, orders, new_customers or spend.
--   period_start  First day.
--   period_end    Last day.
--   unit          money (in the reporting currency) or count.
--   value         What is aimed at.
--   today         The day that the facts reach.
--   actual        What came until today; 0 without anything.
with plans as (
    select goals.*, clock.today
    from core.goals as goals
    cross join core.clock as clock
    where goals.metric in ('revenue', 'orders', 'new_customers', 'spend')
        and goals.account_id is null and goals.org_unit_id is null and goals.campaign_id is null and goals.product_id is null
        and goals.owner_id is null and clock.today is not null
),

sums as (
    select plans.goal_id, sum(daily.value) as actual
    from plans
    inner join planning.actuals_daily as daily
        on daily.metric = plans.metric and daily.on_date between plans.period_start and least(plans.period_end, plans.today)
    group by plans.goal_id
)

select
    plans.goal_id,
    plans.kind,
    plans.metric,
    plans.period_start,
    plans.period_end,
    plans.unit,
    plans.value,
    plans.today,
    coalesce(sums.actual, 0)::decimal(18, 4) as actual
from plans
left join sums on sums.goal_id = plans.goal_id
