-- What each channel must bring for its advertising to pay for itself. One row per month and channel with advertising.
-- grain:    month, channel
-- plan:     1.2.7
-- audits:   unique(grain), not_null(month, channel), spend > 0
-- example:  select month, channel, return_on_spend, breakeven_return, is_profitable from marketing.breakeven order by month desc
-- columns:
--   month             First day of the month, business-local.
--   channel           The channel, as in marketing.roi_daily.
--   spend             Cost of advertising, reporting currency.
--   orders            Orders.
--   revenue           Revenue less refunds, reporting currency.
--   margin_rate       Share of the business's revenue of the month that is left after refunds and cost of goods; NULL without
--                     revenue.
--   return_on_spend   revenue / spend.
--   breakeven_return  The return at which the margin pays for the advertising, 1 / margin_rate; NULL where none does.
--   breakeven_orders  Orders that would have paid for the advertising at the channel's revenue per order, rounded up; NULL
--                     without orders or margin.
--   is_profitable     Whether the margin has paid for the advertising; NULL where the margin is not known.
--   is_complete       Whether the month is over.
with monthly as (
    select
        date_trunc('month', on_date)::date as month,
        channel,
        sum(spend) as spend,
        sum(orders) as orders,
        sum(revenue - refunds) as revenue,
        sum(revenue - refunds - cost_of_goods) as gross_margin
    from marketing.roi_daily
    group by date_trunc('month', on_date), channel
),

rates as (
    select month, (sum(gross_margin) / nullif(sum(revenue), 0))::double precision as margin_rate
    from monthly
    group by month
)

select
    monthly.month,
    monthly.channel,
    monthly.spend::decimal(18, 4) as spend,
    monthly.orders::bigint as orders,
    monthly.revenue::decimal(18, 4) as revenue,
    rates.margin_rate,
    (monthly.revenue / monthly.spend)::double precision as return_on_spend,
    case when rates.margin_rate > 0 then 1 / rates.margin_rate end as breakeven_return,
    case
        when rates.margin_rate > 0 and monthly.revenue > 0 and monthly.orders > 0
            then ceil(monthly.spend::double precision / (rates.margin_rate * monthly.revenue::double precision / monthly.orders))
    end::bigint as breakeven_orders,
    monthly.revenue::double precision * rates.margin_rate >= monthly.spend::double precision as is_profitable,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
inner join rates on rates.month = monthly.month
cross join core.clock as clock
where monthly.spend > 0
