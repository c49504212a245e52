-- What is planned, in the newest version of each plan, which core.budgets and core.goals show by kind. One row per target and
-- period; none for amounts in a currency without a rate, which `bellwether check model` names.
-- grain:    target_id
-- plan:     4.1.5, 7.3.1, 7.3.2, 3.1.5
-- audits:   unique(grain), not_null(target_id, kind, metric, period_start, period_end, value), period_end >= period_start
-- example:  select kind, metric, period_start, value from core.plans order by period_start, kind, metric
-- columns:
--   target_id     The target.
--   kind          budget, goal, forecast or quota.
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
    where deleted_at is null
),

valued as (
    select
        t.*,
        case
            when t.unit <> 'money' or t.currency is null or t.currency = b.currency then t.value
            else (t.value * r.rate)::decimal(18,4)
        end as reported
    from ranked as t
    cross join core.business as b
    left join core.daily_rates as r on r.currency = t.currency and r.on_date = t.period_start
    where t.nth = 1
)

select
    id as target_id,
    kind,
    metric,
    period_start,
    period_end,
    reported as value,
    unit,
    account_id,
    org_unit_id,
    campaign_id,
    product_id,
    owner_id
from valued
where reported is not null
