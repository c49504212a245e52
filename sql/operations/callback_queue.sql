-- Who to call back, the most promising first. One row per caller who waits.
-- grain:    caller
-- plan:     3.3.5, 3.3.7
-- audits:   unique(grain), not_null(caller, calls), calls >= 1, priority >= 1
-- example:  select priority, caller, name, calls, minutes_waiting, suggested_text from operations.callback_queue order by priority
-- columns:
--   priority           Place in the queue, from 1: by expected revenue, then by who waits longest.
--   caller             The number that called, or the customer where the number was withheld.
--   customer_id        Who called; NULL when not recognised.
--   name               Full name.
--   calls              Missed calls that wait.
--   last_called_at     The latest of them, UTC.
--   minutes_waiting    Minutes from the first of them to the latest fact.
--   customer_revenue   Net revenue of the customer so far, reporting currency; 0 for others.
--   expected_revenue   Revenue of an answered call of this kind of caller, operations.call_value; NULL where that is not known.
--   call_back_by       Two hours after the last call, UTC: later fewer are reached.
--   suggested_text     A message for those who cannot be called at once.
with waiting as (
    select
        coalesce(missed.from_addr, missed.customer_id) as caller,
        missed.customer_id,
        missed.name,
        missed.started_at,
        missed.started_on,
        missed.minutes_waiting
    from operations.missed_calls as missed
    where missed.state = 'waiting' and coalesce(missed.from_addr, missed.customer_id) is not null
),

callers as (
    select
        caller,
        min(customer_id) as customer_id,
        min(name) as name,
        count(*) as calls,
        max(started_at) as last_called_at,
        max(minutes_waiting) as minutes_waiting
    from waiting
    group by caller
),

valued as (
    select
        callers.*,
        coalesce(customers.net_revenue, 0) as customer_revenue,
        value.revenue_per_call as expected_revenue
    from callers
    left join customer.orders_of_customers as customers on customers.customer_id = callers.customer_id
    left join operations.call_value as value
        on value.caller = case
            when callers.customer_id is null then 'unknown'
            when customers.customer_id is not null then 'known'
            else 'new'
        end
)

select
    (row_number() over (order by coalesce(expected_revenue, 0) desc, minutes_waiting desc, caller))::bigint as priority,
    caller,
    customer_id,
    name,
    calls::bigint as calls,
    last_called_at,
    minutes_waiting,
    customer_revenue::decimal(18, 4) as customer_revenue,
    expected_revenue,
    last_called_at + interval '2 hours' as call_back_by,
    'Sorry we missed your call' || coalesce(', ' || split_part(name, ' ', 1), '')
        || '. When may we call you back? Reply with a time, or YES for as soon as we can.' as suggested_text
from valued
