-- What missed calls have cost, at what answered calls of the same kind of caller bring. One row per day with a missed call.
-- grain:    on_date
-- plan:     3.3.2
-- audits:   unique(grain), not_null(on_date), lost <= missed, lost_revenue >= 0
-- example:  select date_trunc('month', on_date) as month, sum(missed) as missed, sum(lost_revenue) as lost_revenue
--           from operations.missed_call_revenue where is_complete group by 1 order by 1
-- columns:
--   on_date       Day, business-local.
--   missed        Calls that came in and were not answered.
--   recovered     Of these, callers who were called back, rang again and were answered, or ordered.
--   lost          Of these, callers who were not reached within two days.
--   lost_revenue  For each lost call the revenue of an answered call of its kind, operations.call_value, 0 where none of its kind was
--                 answered; reporting currency.
--   is_complete   Whether nothing of the day waits any more.
with calls as (
    select
        missed.started_on,
        missed.state,
        case
            when missed.customer_id is null then 'unknown'
            when customers.first_order_on < missed.started_on then 'known'
            else 'new'
        end as caller
    from operations.missed_calls as missed
    left join customer.orders_of_customers as customers on customers.customer_id = missed.customer_id
)

select
    calls.started_on as on_date,
    count(*)::bigint as missed,
    (count(*) filter (where calls.state in ('called back', 'rang again', 'ordered')))::bigint as recovered,
    (count(*) filter (where calls.state = 'lost'))::bigint as lost,
    coalesce(sum(value.revenue_per_call) filter (where calls.state = 'lost'), 0)::decimal(18, 4) as lost_revenue,
    count(*) filter (where calls.state = 'waiting') = 0 as is_complete
from calls
left join operations.call_value as value on value.caller = calls.caller
group by calls.started_on
