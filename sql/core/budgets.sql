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
with ranked as (
    select
        *,
        rank() over (
            partition by kind, metric, period_start, period_end, account_id, org_unit_id, campaign_id, product_id, owner_id
            order by version desc
        ) as nth
    from core.targets
    where kind = 'budget' and deleted_at is null
)

select
    t.id as budget_id,
    t.kind,
    t.metric,
    t.period_start,
    t.period_end,
    case
        when t.unit <> 'money' or t.currency is null or t.currency = b.currency then t.value
        else (t.value * r.rate)::decimal(18,4)
    end as value,
    t.unit,
    t.account_id,
    t.org_unit_id,
    t.campaign_id,
    t.product_id,
    t.owner_id
from ranked as t
cross join core.business as b
left join core.daily_rates as r on r.currency = t.currency and r.on_date = t.period_start
where t.nth = 1
