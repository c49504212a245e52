-- What may be spent, in the newest version of each plan. One row per target and period.
-- grain:    budget_id
-- plan:     7.3.1, 7.3.2, 3.1.5
-- audits:   unique(grain), not_null(budget_id, metric, period_start, period_end, value), period_end >= period_start
-- example:  select metric, period_start, value from core.budgets order by period_start, metric
-- columns:
--   budget_id     The target.
--   kind          Kind of target.
--   metric        What is planned.
--   period_start  First day.
--   period_end    Last day.
--   value         The plan for the whole period, in `unit`; money in the reporting currency at the rate of the first day.
--   unit          money, count or percent.
--   account_id    For this ledger account.
--   org_unit_id   For this cost centre.
--   campaign_id   For this campaign.
--   product_id    For this product.
--   owner_id      For this sales rep.
select
    target_id as budget_id,
    kind,
    metric,
    period_start,
    period_end,
    value,
    unit,
    account_id,
    org_unit_id,
    campaign_id,
    product_id,
    owner_id
from core.plans
where kind = 'budget'
