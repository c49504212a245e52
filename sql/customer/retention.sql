-- Customers who came, stayed, came back and stayed away, month by month. One row per month.
-- grain:    month
-- plan:     2.1.6
-- audits:   unique(grain), not_null(month), retention_rate between 0 and 1, active = new + retained + reactivated
-- example:  select month, active, new, retention_rate from customer.retention where is_complete order by month desc limit 12
-- columns:
--   month           First day of the month, business-local.
--   active          Customers with an order.
--   new             Of these, customers whose first order it was.
--   retained        Of these, customers with an order in the month before.
--   reactivated     Of these, customers who had ordered, but not in the month before.
--   lost            Customers of the month before without an order in this one.
--   retention_rate  retained / (retained + lost); NULL without customers in the month before.
--   repeat_rate     Share of the active who had ordered in an earlier month.
--   is_complete     Whether the month is over; lost and the rates of an open month are not final.
with active as (
    select distinct
        customer_id,
        date_trunc('month', ordered_on)::date as month,
        date_trunc('month', min(ordered_on) over (partition by customer_id))::date as first_month
    from core.orders
    where customer_id is not null
),

-- Each month of a customer counts for itself, and as the month before for the month after.
seen as (
    select
        customer_id,
        month,
        first_month,
        lag(month) over (partition by customer_id order by month) as previous_month,
        lead(month) over (partition by customer_id order by month) as next_month
    from active
),

counted as (
    select
        month,
        1 as active,
        case when month = first_month then 1 else 0 end as new,
        case when previous_month = (month - interval '1 month')::date then 1 else 0 end as retained,
        0 as lost
    from seen
    union all
    select (month + interval '1 month')::date, 0, 0, 0, 1
    from seen
    where next_month is distinct from (month + interval '1 month')::date
),

monthly as (
    select month, sum(active) as active, sum(new) as new, sum(retained) as retained, sum(lost) as lost
    from counted
    group by month
)

select
    monthly.month,
    monthly.active::bigint as active,
    monthly.new::bigint as new,
    monthly.retained::bigint as retained,
    (monthly.active - monthly.new - monthly.retained)::bigint as reactivated,
    monthly.lost::bigint as lost,
    monthly.retained::double precision / nullif(monthly.retained + monthly.lost, 0) as retention_rate,
    (monthly.active - monthly.new)::double precision / nullif(monthly.active, 0) as repeat_rate,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
where monthly.month <= clock.today
