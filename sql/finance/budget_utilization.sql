-- Where money is left and where it is short among the budgets that run now. One row per open budget in money.
-- grain:    budget_id
-- plan:     7.3.7
-- audits:   unique(grain), not_null(budget_id, advice)
-- example:  select subject, utilization, free_at_end, advice from finance.budget_utilization order by free_at_end desc
-- columns:
--   budget_id     The budget.
--   metric        What is planned.
--   subject       What for.
--   budget        The plan for the whole period, reporting currency.
--   actual        What came so far, reporting currency.
--   utilization   actual / budget; NULL without a budget.
--   elapsed       Share of the period that is over.
--   free_at_end   Budget less what the period comes to at the pace so far, negative when it is short; reporting currency.
--   advice        release (more than a tenth of the budget stays free), top up (more than a tenth is missing) or keep.
select
    pacing.budget_id,
    pacing.metric,
    pacing.subject,
    pacing.budget,
    pacing.actual,
    (pacing.actual / nullif(pacing.budget, 0))::double precision as utilization,
    budgets.elapsed,
    (pacing.budget - pacing.projected)::decimal(18, 4) as free_at_end,
    case
        when pacing.projected < pacing.budget * 0.9 then 'release'
        when pacing.projected > pacing.budget * 1.1 then 'top up'
        else 'keep'
    end as advice
from finance.pacing as pacing
inner join finance.budget_vs_actual as budgets on budgets.budget_id = pacing.budget_id
-- Revenue is a plan to exceed, not money to spend.
where pacing.unit = 'money' and pacing.metric <> 'revenue'
