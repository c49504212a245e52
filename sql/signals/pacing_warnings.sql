-- Running budgets that will not last or will not be used. One row per budget that is off its pace.
-- grain:    budget_id
-- plan:     3.1.5, 7.3.3
-- audits:   unique(grain), not_null(budget_id, status, headline), status in ('overspent', 'ahead', 'behind')
-- example:  select severity, headline from signals.pacing_warnings order by impact desc
-- columns:
--   budget_id    The budget.
--   subject      What it is for.
--   period_end   Last day.
--   budget       The plan for the whole period, reporting currency.
--   actual       What was spent so far, reporting currency.
--   projected    What the period comes to at the pace so far, reporting currency.
--   status       overspent, ahead or behind, as in finance.pacing.
--   impact       Size of projected - budget, reporting currency; of actual - budget when it is overspent.
--   severity     high (a quarter of the budget or more, or overspent), else medium.
--   headline     One sentence for people.
select
    budget_id,
    subject,
    period_end,
    budget,
    actual,
    projected,
    status,
    abs(coalesce(projected, actual) - budget)::decimal(18, 4) as impact,
    case when status = 'overspent' or abs(coalesce(projected, actual) - budget) >= 0.25 * budget then 'high' else 'medium' end as severity,
    case status
        when 'overspent'
            then subject || ': the budget until ' || period_end || ' is overspent by ' || round(actual - budget, 2) || '.'
        when 'ahead'
            then subject || ': at this pace ' || round(projected, 2) || ' instead of ' || round(budget, 2) || ' until ' || period_end
                || coalesce('; nothing is left on ' || exhausted_on, '') || '.'
        else subject || ': at this pace ' || round(budget - projected, 2) || ' of ' || round(budget, 2) || ' stay unused until ' || period_end || '.'
    end as headline
from finance.pacing
where status in ('overspent', 'ahead', 'behind') and unit = 'money' and metric <> 'revenue'
