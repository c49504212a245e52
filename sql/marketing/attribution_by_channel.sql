-- What each channel cost and has earned, by every rule of attribution. One row per month, model and channel.
-- grain:    month, model, channel
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.2.2
-- audits:   unique(grain), not_null(month, model, channel), orders >= 0, spend >= 0
-- example:  select channel, orders, revenue, spend, return_on_spend from marketing.attribution_by_channel
--           where model = 'linear' order by month desc, revenue desc limit 10
-- columns:
--   month            First day of the month, business-local.
--   model            The rule, as in marketing.attribution_credits.
--   channel          The channel; (unattributed) holds the orders without a touch.
--   orders           Orders credited; their sum over channels is the number of orders.
--   revenue          Revenue credited, reporting currency; its sum over channels is the revenue of the orders.
--   spend            Cost of the channel's advertising in the month, reporting currency.
--   cost_per_order   spend / orders, reporting currency; NULL without orders or without spend.
--   return_on_spend  revenue / spend; NULL without spend.
--   is_complete      Whether the month is over.
select
    monthly.month,
    monthly.model,
    monthly.channel,
    round(sum(monthly.orders)::numeric, 4)::double precision as orders,
    sum(monthly.revenue)::decimal(18, 4) as revenue,
    sum(monthly.spend)::decimal(18, 4) as spend,
    case
        when sum(monthly.orders) > 0 then (sum(monthly.spend) / sum(monthly.orders)::numeric)::decimal(18, 4)
    end as cost_per_order,
    ratio(monthly.revenue, monthly.spend) as return_on_spend,
    (monthly.month + interval '1 month')::date <= min(clock.today) as is_complete
from marketing.attribution_monthly as monthly
cross join core.clock as clock
group by monthly.month, monthly.model, monthly.channel
