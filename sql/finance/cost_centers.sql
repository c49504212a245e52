-- What each part of the business costs. One row per month and cost centre.
-- grain:    month, org_unit_id
-- plan:     7.3.5
-- audits:   unique(grain), not_null(month, org_unit_id)
-- example:  select name, cost, mean_cost, change from finance.cost_centers where is_complete order by month desc, cost desc limit 20
-- columns:
--   month        First day of the month.
--   org_unit_id  The part of the business; (none) for postings without one.
--   name         Its name.
--   kind         location, department, cost_center or class.
--   cost         Expenses posted to it, cost of goods included, reporting currency.
--   revenue      Income posted to it, reporting currency.
--   mean_cost    Mean cost of the three months before, reporting currency; NULL for the first.
--   change       cost / mean_cost - 1; NULL where there is no mean.
--   is_complete  Whether the month is over.
with monthly as (
    select
        date_trunc('month', posted_on)::date as month,
        coalesce(org_unit_id, '(none)') as org_unit_id,
        coalesce(sum(amount) filter (where account_kind = 'expense'), 0) as cost,
        coalesce(-sum(amount) filter (where account_kind = 'income'), 0) as revenue
    from core.ledger
    where basis = 'accrual' and account_kind in ('expense', 'income')
    group by date_trunc('month', posted_on), coalesce(org_unit_id, '(none)')
),

compared as (
    select
        *,
        avg(cost) over (
            partition by org_unit_id order by month range between interval '3 months' preceding and interval '1 month' preceding
        ) as mean_cost
    from monthly
)

select
    compared.month,
    compared.org_unit_id,
    coalesce(units.name, compared.org_unit_id) as name,
    units.kind,
    compared.cost::decimal(18, 4) as cost,
    compared.revenue::decimal(18, 4) as revenue,
    compared.mean_cost::decimal(18, 4) as mean_cost,
    (compared.cost / nullif(compared.mean_cost, 0))::double precision - 1 as change,
    (compared.month + interval '1 month')::date <= clock.today as is_complete
from compared
left join core.org_units as units on units.id = compared.org_unit_id
cross join core.clock as clock
