-- Which plans were missed, and by how much, the largest first. One row per budget whose period is over.
-- grain:    budget_id
-- plan:     7.3.2
-- audits:   unique(grain), not_null(budget_id, verdict), verdict in ('over', 'under', 'on plan')
-- example:  select subject, period_start, budget, actual, variance_pct, verdict from finance.variance order by rank limit 20
-- columns:
--   budget_id     The budget.
--   metric        What was planned.
--   subject       What for.
--   period_start  First day.
--   period_end    Last day.
--   unit          money (in the reporting currency), count or percent.
--   budget        The plan.
--   actual        What came.
--   variance      actual - budget.
--   variance_pct  variance / budget; NULL without a budget.
--   verdict       over or under by more than 5 %, else on plan.
--   rank          Place by the size of the variance among budgets of the unit, from 1.
select
    budget_id,
    metric,
    subject,
    period_start,
    period_end,
    unit,
    budget,
    actual,
    variance,
    variance_pct,
    case
        when actual > budget * 1.05 then 'over'
        when actual < budget * 0.95 then 'under'
        else 'on plan'
    end as verdict,
    (row_number() over (partition by unit order by abs(variance) desc, budget_id))::bigint as rank
from finance.budget_vs_actual
where is_complete and actual is not null
