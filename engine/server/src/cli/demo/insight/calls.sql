-- When calls are missed and what that costs: a missed call would have booked an average order by telephone as often
-- as answered ones do. The eight worst hours.
-- One row per day of the week and hour.
with worth as (
    select avg(revenue)::decimal(18,4) as revenue from core.orders where channel = 'phone'
),

hours as (
    select
        weekday,
        hour,
        count(*) as calls,
        count(*) filter (where missed) as missed
    from core.calls
    where direction = 'in'
    group by weekday, hour
),

booked as (
    select avg(case when outcome = 'booked' then 1.0 else 0.0 end)::decimal(18,6) as share
    from core.calls
    where direction = 'in' and answered
)

select
    h.weekday,
    h.hour,
    h.calls,
    h.missed,
    round(100.0 * h.missed / h.calls, 1) as missed_percent,
    round(h.missed * b.share * w.revenue) as revenue_lost
from hours as h
cross join worth as w
cross join booked as b
order by missed_percent desc, h.calls desc
limit 8
