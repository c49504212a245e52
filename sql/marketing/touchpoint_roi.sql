-- What the touches of a channel cost and have earned, by the linear model. One row per channel.
-- grain:    channel
-- plan:     1.1.8
-- audits:   unique(grain), not_null(channel), touches >= 0, cost >= 0
-- example:  select channel, cost_per_touch, revenue_per_touch, roi from marketing.touchpoint_roi order by roi desc nulls last
-- columns:
--   channel            The channel; (unattributed) holds the orders without a touch.
--   touches            Touches of known people, whether an order followed or not.
--   cost               Cost of the channel's advertising, reporting currency.
--   orders             Orders credited, linear model.
--   revenue            Revenue credited, reporting currency.
--   cost_per_touch     cost / touches, reporting currency; NULL without touches.
--   revenue_per_touch  revenue / touches, reporting currency; NULL without touches.
--   roi                (revenue - cost) / cost; NULL without cost.
with touches as (
    select channel, count(*) as touches
    from core.touchpoints
    where customer_id is not null and type not in ('impression', 'email_open')
    group by channel
),

spent as (
    select channel, sum(spend) as cost
    from core.spend
    group by channel
),

credited as (
    select channel, sum(weight) as orders, sum(revenue) as revenue
    from marketing.attribution_credits
    where model = 'linear'
    group by channel
),

together as (
    select channel, touches, 0::decimal(38, 4) as cost, 0::double precision as orders, 0::decimal(38, 4) as revenue from touches
    union all
    select channel, 0, cost, 0, 0 from spent
    union all
    select channel, 0, 0, orders, revenue from credited
),

totals as (
    select channel, sum(touches) as touches, sum(cost) as cost, sum(orders) as orders, sum(revenue) as revenue
    from together
    group by channel
)

select
    channel,
    touches::bigint as touches,
    cost::decimal(18, 4) as cost,
    round(orders::numeric, 4)::double precision as orders,
    revenue::decimal(18, 4) as revenue,
    (cost / nullif(touches, 0))::decimal(18, 4) as cost_per_touch,
    (revenue / nullif(touches, 0))::decimal(18, 4) as revenue_per_touch,
    ((revenue - cost) / nullif(cost, 0))::double precision as roi
from totals
