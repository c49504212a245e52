-- Income, costs and profit from the ledger, month by month. One row per month with a posting.
-- grain:    month
-- plan:     7.2.5
-- audits:   unique(grain), not_null(month), profit = income - cost_of_goods - expenses
-- example:  select month, income, profit, margin, trend from finance.profit_trend where is_complete order by month desc limit 12
-- columns:
--   month          First day of the month.
--   income         Postings to income accounts, reporting currency.
--   cost_of_goods  Postings to expense accounts of subtype cogs, reporting currency.
--   expenses       Postings to all other expense accounts, reporting currency.
--   gross_profit   income - cost_of_goods, reporting currency.
--   profit         gross_profit - expenses, reporting currency.
--   gross_margin   gross_profit / income; NULL without income.
--   margin         profit / income; NULL without income.
--   change         profit less that of the month before, reporting currency; NULL for the first.
--   trend          Mean profit of the month and the two before, reporting currency.
--   is_complete    Whether the month is over.
with monthly as (
    select
        date_trunc('month', posted_on)::date as month,
        coalesce(-sum(amount) filter (where account_kind = 'income'), 0) as income,
        coalesce(sum(amount) filter (where account_kind = 'expense' and account_subtype = 'cogs'), 0) as cost_of_goods,
        coalesce(
            sum(amount) filter (where account_kind = 'expense' and account_subtype is distinct from 'cogs'), 0
        ) as expenses
    from core.ledger
    where basis = 'accrual'
    group by date_trunc('month', posted_on)
),

profits as (
    select
        *,
        income - cost_of_goods as gross_profit,
        income - cost_of_goods - expenses as profit
    from monthly
)

select
    profits.month,
    profits.income::decimal(18, 4) as income,
    profits.cost_of_goods::decimal(18, 4) as cost_of_goods,
    profits.expenses::decimal(18, 4) as expenses,
    profits.gross_profit::decimal(18, 4) as gross_profit,
    profits.profit::decimal(18, 4) as profit,
    (profits.gross_profit / nullif(profits.income, 0))::double precision as gross_margin,
    (profits.profit / nullif(profits.income, 0))::double precision as margin,
    (profits.profit - lag(profits.profit) over (order by profits.month))::decimal(18, 4) as change,
    (avg(profits.profit) over (order by profits.month rows between 2 preceding and current row))::decimal(18, 4) as trend,
    (profits.month + interval '1 month')::date <= clock.today as is_complete
from profits
cross join core.clock as clock
