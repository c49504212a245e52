-- Whether the budgets that run now are used up too fast or too slowly. One row per budget whose period is open.
-- grain:    budget_id
-- plan:     7.3.3, 3.1.5
-- audits:   unique(grain), not_null(budget_id, status), status in ('overspent', 'ahead', 'on pace', 'behind', 'not started')
-- example:  select subject, budget, actual, expected, projected, status from finance.pacing order by projected - budget desc
-- columns:
--   budget_id         The budget.
--   metric            What is planned.
--   subject           What for.
--   period_start      First day.
--   period_end        Last day.
--   unit              money (in the reporting currency), count or percent.
--   budget            The plan for the whole period.
--   actual            What came until yesterday and so far today.
--   expected          What the days that are over would have used, all days being alike.
--   projected         What the period would come to at the pace so far; NULL before its first day is over.
--   remaining         budget - actual.
--   daily_allowance   remaining over the days that are left, today included; 0 when nothing remains.
--   exhausted_on      Day on which the budget is used up at this pace, when that is within the period.
--   status            overspent, ahead (more than 10 % above the pace), on pace, behind (more than 10 % below), not started.
with open_budgets as (
    select
        budgets.*,
        clock.today,
        clock.today - budgets.period_start as days_over,
        budgets.period_end - budgets.period_start + 1 as days
    from finance.budget_vs_actual as budgets
    cross join core.clock as clock
    where not budgets.is_complete and budgets.period_start <= clock.today and budgets.actual is not null
),

paces as (
    select
        *,
        budget * days_over / days as expected,
        actual / nullif(days_over, 0) as daily
    from open_budgets
)

select
    budget_id,
    metric,
    subject,
    period_start,
    period_end,
    unit,
    budget,
    actual,
    expected::decimal(18, 4) as expected,
    (daily * days)::decimal(18, 4) as projected,
    (budget - actual)::decimal(18, 4) as remaining,
    (greatest(budget - actual, 0) / (period_end - today + 1))::decimal(18, 4) as daily_allowance,
    case
        when daily > 0 and actual < budget and (budget - actual) / daily <= period_end - today
            then today + floor((budget - actual) / daily)::int
    end as exhausted_on,
    case
        when actual > budget then 'overspent'
        when days_over = 0 then 'not started'
        when actual > expected * 1.1 then 'ahead'
        when actual < expected * 0.9 then 'behind'
        else 'on pace'
    end as status
from paces
