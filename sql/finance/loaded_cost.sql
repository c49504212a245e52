-- Cost of each product group with its share of everything the ledger holds beside goods, by revenue. One row per month and
-- category.
-- grain:    month, category
-- plan:     7.2.3
-- audits:   unique(grain), not_null(month, category), loaded_cost = direct_cost + overhead
-- example:  select category, revenue, loaded_cost, profit from finance.loaded_cost where is_complete order by month desc, profit
-- columns:
--   month         First day of the month, business-local.
--   category      Group of products; (none) where there is none.
--   revenue       Of the lines of orders, after discount and without tax, reporting currency.
--   direct_cost   Their own cost where it is known, reporting currency.
--   overhead      Share of the month's expenses beside cost of goods, by revenue, reporting currency.
--   loaded_cost   direct_cost + overhead, reporting currency.
--   profit        revenue - loaded_cost, reporting currency.
--   profit_rate   profit / revenue; NULL without revenue.
--   is_complete   Whether the month is over.
with sold as (
    select
        date_trunc('month', ordered_on)::date as month,
        coalesce(category, '(none)') as category,
        coalesce(sum(amount), 0) as revenue,
        coalesce(sum(cost), 0) as direct_cost
    from core.order_items
    group by date_trunc('month', ordered_on), coalesce(category, '(none)')
),

shared as (
    select
        sold.*,
        coalesce(profit.expenses * sold.revenue / nullif(sum(sold.revenue) over (partition by sold.month), 0), 0)::decimal(18, 4)
            as overhead
    from sold
    left join finance.profit_trend as profit on profit.month = sold.month
)

select
    shared.month,
    shared.category,
    shared.revenue::decimal(18, 4) as revenue,
    shared.direct_cost::decimal(18, 4) as direct_cost,
    shared.overhead,
    (shared.direct_cost + shared.overhead)::decimal(18, 4) as loaded_cost,
    (shared.revenue - shared.direct_cost - shared.overhead)::decimal(18, 4) as profit,
    ((shared.revenue - shared.direct_cost - shared.overhead) / nullif(shared.revenue, 0))::double precision as profit_rate,
    (shared.month + interval '1 month')::date <= clock.today as is_complete
from shared
cross join core.clock as clock
