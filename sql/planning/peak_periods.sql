-- When the business is busiest: orders and calls by weekday and hour over the last thirteen weeks. One row per weekday and hour
-- with an order or a call.
-- grain:    weekday, hour
-- plan:     4.3.3
-- audits:   unique(grain), not_null(weekday, hour, level), level in ('peak', 'busy', 'normal', 'quiet')
-- example:  select weekday, hour, orders, calls, index_of_load, level from planning.peak_periods where level = 'peak' order by rank
-- columns:
--   weekday        Day of the week of the business, 1 Monday to 7 Sunday.
--   hour           Hour of the business's day, 0 to 23.
--   orders         Orders.
--   calls          Calls that came in.
--   index_of_load  Orders and calls together in units of the mean of all hours of the week in which there are any.
--   rank           Place by load, from 1.
--   level          peak (twice the mean or more), busy (1.25 times), normal, or quiet (below half).
with span as (
    select clock.today - 91 as first_on, clock.today from core.clock as clock where clock.today is not null
),

happened as (
    select
        extract(isodow from orders.ordered_at at time zone business.tz)::int as weekday,
        extract(hour from orders.ordered_at at time zone business.tz)::int as hour,
        1 as orders,
        0 as calls
    from core.orders as orders
    cross join core.business as business
    inner join span on orders.ordered_on >= span.first_on and orders.ordered_on < span.today
    union all
    select calls.weekday, calls.hour, 0, 1
    from core.calls as calls
    inner join span on calls.started_on >= span.first_on and calls.started_on < span.today
    where calls.direction = 'in'
),

totals as (
    select weekday, hour, sum(orders) as orders, sum(calls) as calls from happened group by weekday, hour
),

loads as (
    select *, ((orders + calls) / avg(orders + calls) over ())::double precision as index_of_load from totals
)

select
    weekday,
    hour,
    orders::bigint as orders,
    calls::bigint as calls,
    index_of_load,
    (row_number() over (order by index_of_load desc, weekday, hour))::bigint as rank,
    case
        when index_of_load >= 2 then 'peak'
        when index_of_load >= 1.25 then 'busy'
        when index_of_load >= 0.5 then 'normal'
        else 'quiet'
    end as level
from loads
