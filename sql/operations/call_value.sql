-- What an answered call is worth: how often an order follows within seven days, and of what size. One row per kind of caller.
-- grain:    caller
-- refresh:  on change
-- plan:     3.3.2
-- audits:   unique(grain), not_null(caller), order_rate between 0 and 1
-- example:  select caller, order_rate, revenue_per_call from operations.call_value order by caller
-- columns:
--   caller             known (a customer who had ordered before), new (recognised, without an order before) or unknown.
--   calls              Calls that came in, were answered and ended at least seven days before the latest fact.
--   ordered            Of these, calls with an order of the caller within seven days; of unknown callers those that were booked.
--   order_rate         ordered / calls.
--   revenue            Revenue of the first such orders, reporting currency.
--   revenue_per_order  revenue / ordered, reporting currency; of unknown callers that of all who ordered; NULL without orders.
--   revenue_per_call   order_rate × revenue_per_order, reporting currency.
with orders as (
    select customer_id, order_id, ordered_at, revenue from core.orders where customer_id is not null
),

first_orders as (
    select customer_id, min(ordered_at) as first_ordered_at from orders group by customer_id
),

calls as (
    select
        calls.call_id,
        calls.customer_id,
        calls.started_at,
        calls.outcome,
        case
            when calls.customer_id is null then 'unknown'
            when first_orders.first_ordered_at < calls.started_at then 'known'
            else 'new'
        end as caller
    from core.calls as calls
    left join first_orders on first_orders.customer_id = calls.customer_id
    cross join core.clock as clock
    where calls.direction = 'in' and not calls.missed and calls.started_at <= clock.as_of - interval '7 days'
),

followed as (
    select call_id, revenue
    from (
        select
            calls.call_id,
            orders.revenue,
            row_number() over (partition by calls.call_id order by orders.ordered_at, orders.order_id) as nth
        from calls
        inner join orders
            on orders.customer_id = calls.customer_id
            and orders.ordered_at > calls.started_at
            and orders.ordered_at <= calls.started_at + interval '7 days'
    ) as numbered
    where nth = 1
),

totals as (
    select
        calls.caller,
        count(*) as calls,
        count(*) filter (where followed.call_id is not null or (calls.customer_id is null and calls.outcome = 'booked')) as ordered,
        sum(followed.revenue) as revenue,
        count(followed.revenue) as priced
    from calls
    left join followed on followed.call_id = calls.call_id
    group by calls.caller
),

prices as (
    select
        *,
        coalesce(revenue / nullif(priced, 0), sum(revenue) over () / nullif(sum(priced) over (), 0)) as revenue_per_order
    from totals
)

select
    caller,
    calls::bigint as calls,
    ordered::bigint as ordered,
    ordered::double precision / calls as order_rate,
    coalesce(revenue, 0)::decimal(18, 4) as revenue,
    revenue_per_order::decimal(18, 4) as revenue_per_order,
    (revenue_per_order * ordered / calls)::decimal(18, 4) as revenue_per_call
from prices
