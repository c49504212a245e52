-- Small steps towards an order, and how often an order followed within 30 days. One row per month and event.
-- grain:    month, event
-- refresh:  every 1 hour
-- plan:     2.2.8
-- audits:   unique(grain), not_null(month, event), visitors > 0, order_rate between 0 and 1
-- example:  select event, sum(visitors) as visitors, ratio(ordered, visitors) as order_rate
--           from customer.micro_conversions where is_complete group by event order by order_rate desc
-- columns:
--   month        First day of the month of the event, business-local.
--   event        The event.
--   visitors     Visitors who had it, each once a month.
--   ordered      Of these, visitors with an order within 30 days after the first time in the month.
--   order_rate   ordered / visitors.
--   is_complete  Whether 30 days have passed since the end of the month.
with first_times as (
    select
        date_trunc('month', events.ts at time zone business.tz)::date as month,
        events.event,
        events.visitor_id,
        min(events.ts) as ts
    from customer.journey_events as events
    cross join core.business as business
    where events.event <> 'Order Completed'
    group by date_trunc('month', events.ts at time zone business.tz), events.event, events.visitor_id
),

orders as (
    select visitor_id, ts from customer.journey_events where event = 'Order Completed'
),

outcomes as (
    select
        first_times.month,
        first_times.event,
        first_times.visitor_id,
        count(orders.ts) > 0 as has_ordered
    from first_times
    left join orders
        on orders.visitor_id = first_times.visitor_id
        and orders.ts >= first_times.ts
        and orders.ts <= first_times.ts + interval '30 days'
    group by first_times.month, first_times.event, first_times.visitor_id
)

select
    outcomes.month,
    outcomes.event,
    count(*)::bigint as visitors,
    (count(*) filter (where outcomes.has_ordered))::bigint as ordered,
    (count(*) filter (where outcomes.has_ordered))::double precision / count(*) as order_rate,
    (outcomes.month + interval '1 month' + interval '30 days')::date <= min(clock.today) as is_complete
from outcomes
cross join core.clock as clock
group by outcomes.month, outcomes.event
