-- What is left of the revenue of each marketing channel after goods and advertising. One row per month and channel.
-- grain:    month, channel
-- plan:     7.2.1, 1.2.2, 1.2.6
-- audits:   unique(grain), not_null(month, channel), gross_margin = net_revenue - cost_of_goods
-- example:  select channel, sum(net_revenue) as revenue, sum(gross_margin) as gross_margin, ratio(gross_margin, net_revenue) as rate
--           from finance.margin_by_channel group by channel order by gross_margin desc
-- columns:
--   month                    First day of the month, business-local.
--   channel                  The channel, as in marketing.roi_daily.
--   orders                   Orders.
--   net_revenue              Revenue less refunds, reporting currency.
--   cost_of_goods            Cost of the orders where it is known, reporting currency.
--   gross_margin             net_revenue - cost_of_goods, reporting currency.
--   gross_margin_rate        gross_margin / net_revenue; NULL without revenue.
--   spend                    Cost of advertising, reporting currency.
--   margin_after_spend       gross_margin - spend, reporting currency.
--   is_complete              Whether the month is over.
with monthly as (
    select
        date_trunc('month', on_date)::date as month,
        channel,
        sum(orders) as orders,
        sum(revenue - refunds) as net_revenue,
        sum(cost_of_goods) as cost_of_goods,
        sum(spend) as spend
    from marketing.roi_daily
    group by date_trunc('month', on_date), channel
)

select
    monthly.month,
    monthly.channel,
    monthly.orders::bigint as orders,
    monthly.net_revenue::decimal(18, 4) as net_revenue,
    monthly.cost_of_goods::decimal(18, 4) as cost_of_goods,
    (monthly.net_revenue - monthly.cost_of_goods)::decimal(18, 4) as gross_margin,
    ((monthly.net_revenue - monthly.cost_of_goods) / nullif(monthly.net_revenue, 0))::double precision as gross_margin_rate,
    monthly.spend::decimal(18, 4) as spend,
    (monthly.net_revenue - monthly.cost_of_goods - monthly.spend)::decimal(18, 4) as margin_after_spend,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
