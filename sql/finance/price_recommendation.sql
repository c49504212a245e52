-- Which products should cost more, or less, from how their sales followed their price over the last 52 weeks. One row per product
-- sold in them.
-- grain:    product_id
-- plan:     7.2.7
-- audits:   unique(grain), not_null(product_id, advice, reason), advice in ('raise', 'lower', 'keep'), price > 0, r_squared between 0 and 1.000001
-- example:  select product, price, unit_cost, elasticity, advice, recommended_price, margin_change, reason from finance.price_recommendation
--           order by margin_change desc nulls last, product_id limit 20
-- columns:
--   product_id         The product.
--   product            Its name.
--   category           Its group.
--   weeks              Weeks with a sale.
--   quantity           Units sold in them.
--   price              Mean price of a unit, after discount and without tax, reporting currency.
--   unit_cost          Mean cost of a unit where it is known, reporting currency; NULL where it is not.
--   margin_rate        (price - unit_cost) / price; NULL without a cost.
--   elasticity         Change of the quantity of a week, in percent, for one percent of price: the slope of the logarithms. NULL when
--                      the price never changed or fewer than 8 weeks have a sale. Weeks with a lower price may have been better ones
--                      for other reasons.
--   r_squared          Share of the weeks' differences that the price explains; NULL with elasticity.
--   is_significant     Whether the slope is twice its standard error or more below zero.
--   advice             raise, lower or keep.
--   recommended_price  Price of the greatest margin, no further than a tenth from the price now, reporting currency; NULL to keep it.
--   margin_change      What a year's margin is expected to gain by it, reporting currency; NULL where that is not known.
--   reason             Why.
with weekly as (
    select
        items.product_id,
        date_trunc('week', items.ordered_on)::date as week,
        min(items.product) as product,
        min(items.category) as category,
        sum(items.quantity)::double precision as quantity,
        sum(items.amount)::double precision as amount,
        sum(items.cost)::double precision as cost,
        (sum(items.quantity) filter (where items.cost is not null))::double precision as costed
    from core.order_items as items
    cross join core.clock as clock
    where items.product_id is not null and items.quantity > 0 and items.amount > 0
        and items.ordered_on > clock.today - 364 and items.ordered_on <= clock.today
    group by items.product_id, date_trunc('week', items.ordered_on)
),

products as (
    select
        product_id,
        min(product) as product,
        min(category) as category,
        count(*) as weeks,
        sum(quantity) as quantity,
        sum(amount) / sum(quantity) as price,
        sum(cost) / sum(costed) as unit_cost,
        regr_slope(ln(quantity), ln(amount / quantity)) as slope,
        regr_r2(ln(quantity), ln(amount / quantity)) as fit,
        -- Rounding of cents is no change of price.
        max(amount / quantity) > 1.001 * min(amount / quantity) as has_varied
    from weekly
    group by product_id
),

fitted as (
    select
        *,
        case when weeks >= 8 and has_varied then slope end as elasticity,
        case when weeks >= 8 and has_varied then least(greatest(fit, 0), 1) end as r_squared
    from products
),

judged as (
    select
        *,
        -- t = r √((n − 2) / (1 − r²)) is −2 or less.
        coalesce(elasticity < 0 and r_squared * (weeks - 2) >= 4 * (1 - r_squared), false) as is_significant
    from fitted
),

aimed as (
    select
        *,
        case
            when unit_cost >= price then 1.1 * price
            when is_significant and elasticity >= -1 then 1.1 * price
            when is_significant and unit_cost is not null
                then greatest(0.9 * price, least(1.1 * price, unit_cost * elasticity / (1 + elasticity)))
        end as aim
    from judged
),

recommended as (
    select *, case when abs(aim / price - 1) >= 0.01 then aim end as recommended_price from aimed
)

select
    product_id,
    product,
    category,
    weeks::bigint as weeks,
    quantity::decimal(18, 6) as quantity,
    price::decimal(18, 4) as price,
    unit_cost::decimal(18, 4) as unit_cost,
    (price - unit_cost) / price as margin_rate,
    elasticity,
    r_squared,
    is_significant,
    case when recommended_price > price then 'raise' when recommended_price < price then 'lower' else 'keep' end as advice,
    recommended_price::decimal(18, 4) as recommended_price,
    case
        when is_significant and recommended_price is not null
            then (quantity * (power(recommended_price / price, elasticity) * (recommended_price - unit_cost) - (price - unit_cost)))::decimal(18, 4)
    end as margin_change,
    case
        when unit_cost >= price then 'It is sold at or below its cost.'
        when elasticity is null and weeks < 8 then 'It was sold in fewer than eight weeks.'
        when elasticity is null then 'Its price has not changed, so nothing tells what another would do.'
        when not is_significant then 'Its sales have not followed its price clearly.'
        when elasticity >= -1 then 'Sales fall less than the price rises.'
        when unit_cost is null then 'Its cost is not known.'
        when recommended_price > price then 'The margin grows more than sales fall.'
        when recommended_price < price then 'Sales grow more than the margin falls.'
        else 'The price is where the margin is greatest.'
    end as reason
from recommended
