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
with credited as (
    select date_trunc('month', ordered_on)::date as month, model, channel, sum(weight) as orders, sum(revenue) as revenue
    from marketing.attribution_credits
    group by date_trunc('month', ordered_on), model, channel
),

spent as (
    select date_trunc('month', on_date)::date as month, channel, sum(spend) as spend
    from core.spend
    group by date_trunc('month', on_date), channel
),

-- Advertising of a month counts for every model, whether the channel has earned anything or not.
models as (
    select unnest(array[
        'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based', 'w_shaped'
    ]) as model
),

together as (
    select month, model, channel, orders, revenue, null::decimal(38, 4) as spend from credited
    union all
    select spent.month, models.model, spent.channel, 0, 0, spent.spend
    from spent
    cross join models
)

select
    together.month,
    together.model,
    together.channel,
    round(sum(together.orders)::numeric, 4)::double precision as orders,
    sum(together.revenue)::decimal(18, 4) as revenue,
    sum(together.spend)::decimal(18, 4) as spend,
    case
        when sum(together.orders) > 0 then (sum(together.spend) / sum(together.orders)::numeric)::decimal(18, 4)
    end as cost_per_order,
    ratio(together.revenue, together.spend) as return_on_spend,
    (together.month + interval '1 month')::date <= min(clock.today) as is_complete
from together
cross join core.clock as clock
group by together.month, together.model, together.channel
