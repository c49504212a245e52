-- The revenue at which each product group pays for its share of the fixed costs, over the last twelve complete months. One
-- row per category.
-- grain:    category
-- plan:     7.2.4
-- audits:   unique(grain), not_null(category)
-- example:  select category, revenue, breakeven_revenue, safety_margin from finance.breakeven_by_segment order by safety_margin
-- columns:
--   category           Group of products; (none) where there is none.
--   revenue            Mean of a month, reporting currency.
--   direct_cost        Mean of a month, reporting currency.
--   fixed_cost         Mean share of the expenses beside goods, reporting currency.
--   margin_rate        (revenue - direct_cost) / revenue; NULL without revenue.
--   breakeven_revenue  fixed_cost / margin_rate, a month, reporting currency; NULL where every sale costs more than it brings.
--   safety_margin      Share of the revenue that could be lost before a loss, negative when there is one; NULL where there is no
--                      break-even.
with recent as (
    select costs.*
    from finance.loaded_cost as costs
    cross join core.clock as clock
    where costs.is_complete and costs.month >= (date_trunc('month', clock.today) - interval '12 months')::date
),

means as (
    select
        category,
        sum(revenue) / count(distinct month) as revenue,
        sum(direct_cost) / count(distinct month) as direct_cost,
        sum(overhead) / count(distinct month) as fixed_cost
    from recent
    group by category
),

rates as (
    select *, (revenue - direct_cost) / nullif(revenue, 0) as margin_rate from means
)

select
    category,
    revenue::decimal(18, 4) as revenue,
    direct_cost::decimal(18, 4) as direct_cost,
    fixed_cost::decimal(18, 4) as fixed_cost,
    margin_rate::double precision as margin_rate,
    case when margin_rate > 0 then (fixed_cost / margin_rate)::decimal(18, 4) end as breakeven_revenue,
    case when margin_rate > 0 then (1 - fixed_cost / margin_rate / revenue)::double precision end as safety_margin
from rates
