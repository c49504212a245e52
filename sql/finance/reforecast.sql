-- Where the running year ends if the plan holds from now on, and if the pace of the last months does. One row per metric,
-- subject and year with budgets.
-- grain:    year, metric, subject, unit
-- plan:     7.3.4
-- audits:   unique(grain), not_null(year, metric, subject), reforecast = actual + rest_of_plan
-- example:  select subject, budget, reforecast, at_pace from finance.reforecast order by year desc, subject
-- columns:
--   year          The year of the periods' first days.
--   metric        What is planned.
--   subject       What for.
--   unit          money (in the reporting currency), count or percent.
--   budget        Sum of the plans.
--   actual        What came in periods that have begun.
--   rest_of_plan  Of the plans, what belongs to days to come; a running period by its days.
--   reforecast    actual + rest_of_plan.
--   at_pace       What the year comes to when what came so far goes on evenly over the plans' shape; NULL before anything was
--                 planned for days that are over.
with figures as (
    select
        extract(year from period_start)::int as year,
        metric,
        subject,
        unit,
        budget,
        case when elapsed > 0 then coalesce(actual, 0) else 0 end as actual,
        budget * (1 - elapsed)::numeric as rest,
        budget * elapsed::numeric as over
    from finance.budget_vs_actual
    where actual is not null and unit <> 'percent'
),

totals as (
    select
        year,
        metric,
        subject,
        unit,
        sum(budget) as budget,
        sum(actual) as actual,
        sum(rest)::decimal(18, 4) as rest_of_plan,
        sum(over) as over
    from figures
    group by year, metric, subject, unit
)

select
    year,
    metric,
    subject,
    unit,
    budget::decimal(18, 4) as budget,
    actual::decimal(18, 4) as actual,
    rest_of_plan,
    (actual + rest_of_plan)::decimal(18, 4) as reforecast,
    (actual / nullif(over, 0) * budget)::decimal(18, 4) as at_pace
from totals
