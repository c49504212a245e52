-- What is left of the revenue of each product after its own cost. One row per month and product.
-- grain:    month, product_id
-- plan:     7.2.1, 5.2.2
-- audits:   unique(grain), not_null(month, product_id), share_costed between 0 and 1
-- example:  select product, sum(revenue) as revenue, sum(gross_margin) as gross_margin from finance.margin_by_product
--           group by product order by gross_margin desc limit 20
-- columns:
--   month              First day of the month of the order, business-local.
--   product_id         The product; (none) for lines of free text.
--   product            Its name.
--   category           Its group.
--   quantity           Units sold.
--   revenue            Of the lines, after discount and without tax, reporting currency.
--   cost               Their cost where it is known, reporting currency.
--   gross_margin       Margin of the lines whose cost is known, reporting currency; NULL where none is.
--   gross_margin_rate  gross_margin over the revenue of these lines; NULL where there is none.
--   share_costed       Share of the revenue whose cost is known; NULL without revenue.
--   is_complete        Whether the month is over.
with monthly as (
    select
        date_trunc('month', ordered_on)::date as month,
        coalesce(product_id, '(none)') as product_id,
        min(case when product_id is null then '(free text)' else product end) as product,
        min(category) as category,
        sum(quantity) as quantity,
        coalesce(sum(amount), 0) as revenue,
        coalesce(sum(cost), 0) as cost,
        sum(margin) as gross_margin,
        sum(amount) filter (where cost is not null) as costed
    from core.order_items
    group by date_trunc('month', ordered_on), coalesce(product_id, '(none)')
)

select
    monthly.month,
    monthly.product_id,
    monthly.product,
    monthly.category,
    monthly.quantity::decimal(18, 6) as quantity,
    monthly.revenue::decimal(18, 4) as revenue,
    monthly.cost::decimal(18, 4) as cost,
    monthly.gross_margin::decimal(18, 4) as gross_margin,
    (monthly.gross_margin / nullif(monthly.costed, 0))::double precision as gross_margin_rate,
    (coalesce(monthly.costed, 0) / nullif(monthly.revenue, 0))::double precision as share_costed,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
