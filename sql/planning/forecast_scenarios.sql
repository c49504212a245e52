-- What the next 30, 60 and 90 days bring if orders or prices turn out otherwise than forecast. One row per scenario and span.
-- For factors of your own, multiply planning.revenue_forecast as this view does.
-- grain:    scenario, days
-- plan:     4.1.6
-- audits:   unique(grain), not_null(scenario, days, revenue), revenue >= 0
-- example:  select scenario, revenue, change, margin, margin_change from planning.forecast_scenarios where days = 90 order by margin desc
-- columns:
--   scenario       What is assumed.
--   days           Days ahead: 30, 60 or 90.
--   orders_factor  Orders in units of those forecast.
--   price_factor   Revenue of an order in units of that forecast.
--   revenue        Revenue of these days, reporting currency.
--   change         revenue less that of the forecast, reporting currency.
--   margin         revenue less the cost of goods, which follows the orders and not the prices, reporting currency; at the share of
--                  cost in all orders whose cost is known; NULL where none is.
--   margin_change  margin less that of the forecast, reporting currency.
with spans as (
    select offered.days, sum(ahead.forecast) as forecast
    from planning.revenue_forecast as ahead
    cross join (values (30), (60), (90)) as offered (days)
    where ahead.days_ahead <= offered.days
    group by offered.days
    having sum(ahead.forecast) is not null
),

costs as (
    select (sum(cost) / nullif(sum(revenue) filter (where cost is not null), 0))::double precision as cost_rate
    from core.orders
),

scenarios as (
    select
        spans.days,
        assumed.scenario,
        assumed.orders_factor::double precision as orders_factor,
        assumed.price_factor::double precision as price_factor,
        spans.forecast,
        spans.forecast * (assumed.orders_factor * assumed.price_factor)::double precision as revenue,
        spans.forecast * costs.cost_rate as forecast_cost
    from spans
    cross join costs
    cross join (values
        ('as forecast', 1.0, 1.0),
        ('10 % more orders', 1.1, 1.0),
        ('10 % fewer orders', 0.9, 1.0),
        ('prices 5 % up, no order lost', 1.0, 1.05),
        ('prices 5 % up, 5 % of the orders lost', 0.95, 1.05),
        ('prices 10 % down, 20 % more orders', 1.2, 0.9)
    ) as assumed (scenario, orders_factor, price_factor)
)

select
    scenario,
    days::bigint as days,
    orders_factor,
    price_factor,
    revenue::decimal(18, 4) as revenue,
    (revenue - forecast)::decimal(18, 4) as change,
    (revenue - forecast_cost * orders_factor)::decimal(18, 4) as margin,
    (revenue - forecast - forecast_cost * (orders_factor - 1))::decimal(18, 4) as margin_change
from scenarios
