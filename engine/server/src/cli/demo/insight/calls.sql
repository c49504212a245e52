-- What missed calls cost: each counts as much as an answered call of the same hours brought on average.
-- One row per kind of day and part of the day.
with slots as (
    select
        case extract(dow from c.started_at)
            when 0 then 'Sunday'
            when 6 then 'Saturday'
            else 'Mon-Fri'
        end as days,
        case
            when extract(hour from c.started_at) < 12 then '08-12'
            when extract(hour from c.started_at) < 16 then '12-16'
            else '16-20'
        end as hours,
        c.answered,
        o.amount
    from core.calls as c
    left join core.orders as o on o.order_id = c.order_id
),

totals as (
    select
        days,
        hours,
        count(*) as calls,
        count(*) filter (where not answered) as missed,
        coalesce(sum(amount), 0) / nullif(count(*) filter (where answered), 0) as revenue_per_answered
    from slots
    group by days, hours
)

select
    days,
    hours,
    calls,
    missed,
    round(100.0 * missed / calls, 1) as missed_percent,
    round(revenue_per_answered, 2) as revenue_per_answered,
    round(missed * revenue_per_answered) as revenue_lost
from totals
order by revenue_lost desc nulls last
