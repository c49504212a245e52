-- What each channel cost and what it brought in the last year: each order is credited to the first and to the last
-- touch in the 90 days before it.
-- One row per channel.
with period as (
    select max(ordered_on) - 364 as since from core.orders
),

recent as (
    select o.order_id, o.customer_id, o.ordered_at, o.revenue
    from core.orders as o
    join period as p on o.ordered_on >= p.since
),

credited as (
    select
        o.revenue,
        t.channel,
        row_number() over (partition by o.order_id order by t.ts, t.touchpoint_id) as from_first,
        row_number() over (partition by o.order_id order by t.ts desc, t.touchpoint_id desc) as from_last
    from recent as o
    join core.touchpoints as t
        on t.customer_id = o.customer_id
        and t.ts <= o.ordered_at
        and t.ts > o.ordered_at - interval '90 days'
),

revenue as (
    select
        channel,
        coalesce(sum(revenue) filter (where from_first = 1), 0) as first_touch,
        coalesce(sum(revenue) filter (where from_last = 1), 0) as last_touch
    from credited
    group by channel
),

cost as (
    select s.channel, sum(s.spend) as total
    from core.spend as s
    join period as p on s.on_date >= p.since
    group by s.channel
)

select
    r.channel,
    round(c.total) as spend,
    round(r.first_touch) as first_touch_revenue,
    round(r.last_touch) as last_touch_revenue,
    round(r.first_touch / c.total, 2) as first_touch_per_dollar,
    round(r.last_touch / c.total, 2) as last_touch_per_dollar
from revenue as r
left join cost as c on c.channel = r.channel
order by spend desc nulls last, last_touch_revenue desc
