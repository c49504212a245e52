-- What was planned against what came, for every budget. One row per budget.
-- grain:    budget_id
-- plan:     7.3.1, 7.3.2, 1.2.1
-- audits:   unique(grain), not_null(budget_id, metric), elapsed between 0 and 1
-- example:  select metric, subject, budget, actual, variance from finance.budget_vs_actual where not is_complete order by variance desc
-- columns:
--   budget_id     The target in core.budgets, its newest version.
--   metric        What is planned.
--   subject       What it is planned for: the account, cost centre, campaign or product, or the whole business.
--   period_start  First day.
--   period_end    Last day.
--   unit          money (in the reporting currency), count or percent.
--   budget        The plan for the whole period.
--   actual        What came until today: postings of the account, expenses of the cost centre, advertising of the campaign,
--                 revenue of the product's lines; for the whole business by metric: revenue, spend, orders or new_customers.
--                 NULL where nothing of these tells.
--   variance      actual - budget.
--   variance_pct  variance / budget; NULL without a budget.
--   elapsed       Share of the period that is over, 0 to 1.
--   is_complete   Whether the period is over.
with budgets as (
    select budgets.*, clock.today, least(budgets.period_end, clock.today) as last_on
    from core.budgets as budgets
    cross join core.clock as clock
),

posted as (
    select budgets.budget_id, sum(case when ledger.account_kind in ('income', 'liability', 'equity') then -ledger.amount else ledger.amount end) as actual
    from budgets
    inner join core.ledger as ledger
        on ledger.account_id = budgets.account_id
        and ledger.posted_on between budgets.period_start and budgets.last_on
        and (budgets.org_unit_id is null or ledger.org_unit_id = budgets.org_unit_id)
    where ledger.basis = 'accrual'
    group by budgets.budget_id
),

centred as (
    select budgets.budget_id, sum(ledger.amount) as actual
    from budgets
    inner join core.ledger as ledger
        on ledger.org_unit_id = budgets.org_unit_id
        and ledger.posted_on between budgets.period_start and budgets.last_on
    where budgets.account_id is null and ledger.account_kind = 'expense' and ledger.basis = 'accrual'
    group by budgets.budget_id
),

advertised as (
    select budgets.budget_id, sum(spend.spend) as actual
    from budgets
    inner join core.spend as spend
        on spend.on_date between budgets.period_start and budgets.last_on
        and (spend.campaign_id = budgets.campaign_id or (budgets.campaign_id is null and budgets.metric = 'spend'))
    where budgets.account_id is null and budgets.org_unit_id is null and budgets.product_id is null
    group by budgets.budget_id
),

sold as (
    select budgets.budget_id, sum(items.amount) as actual
    from budgets
    inner join core.order_items as items
        on items.product_id = budgets.product_id and items.ordered_on between budgets.period_start and budgets.last_on
    group by budgets.budget_id
),

earned as (
    select budgets.budget_id, sum(daily.value) as actual
    from budgets
    inner join planning.actuals_daily as daily
        on daily.metric = budgets.metric and daily.on_date between budgets.period_start and budgets.last_on
    where budgets.metric in ('revenue', 'orders', 'new_customers')
        and budgets.account_id is null and budgets.org_unit_id is null and budgets.campaign_id is null and budgets.product_id is null
    group by budgets.budget_id
),

figures as (
    select
        budgets.*,
        coalesce(posted.actual, centred.actual, advertised.actual, sold.actual, earned.actual, case
            when budgets.account_id is not null or budgets.org_unit_id is not null or budgets.campaign_id is not null
                or budgets.product_id is not null or budgets.metric in ('revenue', 'spend', 'orders', 'new_customers')
                then 0
        end) as actual
    from budgets
    left join posted on posted.budget_id = budgets.budget_id
    left join centred on centred.budget_id = budgets.budget_id
    left join advertised on advertised.budget_id = budgets.budget_id
    left join sold on sold.budget_id = budgets.budget_id
    left join earned on earned.budget_id = budgets.budget_id
)

select
    figures.budget_id,
    figures.metric,
    coalesce(accounts.name, units.name, campaigns.name, products.name, 'business') as subject,
    figures.period_start,
    figures.period_end,
    figures.unit,
    figures.value::decimal(18, 4) as budget,
    figures.actual::decimal(18, 4) as actual,
    (figures.actual - figures.value)::decimal(18, 4) as variance,
    ((figures.actual - figures.value) / nullif(figures.value, 0))::double precision as variance_pct,
    greatest(0, least(1, (figures.today - figures.period_start)::double precision / (figures.period_end - figures.period_start + 1)))
        as elapsed,
    figures.period_end < figures.today as is_complete
from figures
left join core.accounts as accounts on accounts.id = figures.account_id
left join core.org_units as units on units.id = figures.org_unit_id
left join core.campaigns as campaigns on campaigns.id = figures.campaign_id
left join core.products as products on products.id = figures.product_id
