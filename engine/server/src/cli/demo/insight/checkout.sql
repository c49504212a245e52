-- The share of checkouts that end in an order, by device and month of 2025.
-- One row per month.
with steps as (
    select distinct
        id,
        name,
        device,
        (ts at time zone 'America/New_York')::date as day
    from core.events
    where name in ('Checkout Started', 'Order Completed') and ts >= '2025-01-01'
),

months as (
    select
        date_trunc('month', day)::date as month,
        device = 'mobile' as mobile,
        count(*) filter (where name = 'Checkout Started') as checkouts,
        count(*) filter (where name = 'Order Completed') as orders
    from steps
    where day >= '2025-01-01'
    group by 1, 2
)

select
    month,
    sum(checkouts) as checkouts,
    round(100.0 * sum(orders) filter (where mobile) / nullif(sum(checkouts) filter (where mobile), 0), 1)
        as mobile_percent,
    round(100.0 * sum(orders) filter (where not mobile) / nullif(sum(checkouts) filter (where not mobile), 0), 1)
        as other_percent
from months
group by month
order by month
