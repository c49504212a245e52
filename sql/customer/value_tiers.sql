-- Customers by what they have brought: A brings the first half of the revenue, B the next 30 %, C the rest. One row per
-- customer with an order.
-- grain:    customer_id
-- plan:     2.1.2
-- audits:   unique(grain), not_null(customer_id, tier), tier in ('A', 'B', 'C'), share_of_revenue between 0 and 1
-- example:  select tier, count(*) as customers, sum(net_revenue) as revenue from customer.value_tiers group by tier order by tier
-- columns:
--   customer_id       The canonical party.
--   orders            Orders.
--   net_revenue       Revenue less refunds, reporting currency.
--   margin            Net revenue less cost of goods, reporting currency.
--   rank              Place by net revenue, from 1.
--   share_of_revenue  Share of all net revenue; NULL where there is none.
--   cumulative_share  Share of the customers up to this one.
--   tier              A, B or C; C where there is no revenue.
with ranked as (
    select
        customer_id,
        orders,
        greatest(net_revenue, 0) as earned,
        net_revenue,
        margin,
        row_number() over (order by net_revenue desc, customer_id) as rank
    from customer.orders_of_customers
),

shares as (
    select
        *,
        (earned / nullif(sum(earned) over (), 0))::double precision as share_of_revenue,
        (sum(earned) over (order by rank) / nullif(sum(earned) over (), 0))::double precision as cumulative_share
    from ranked
)

select
    customer_id,
    orders,
    net_revenue,
    margin,
    rank::bigint as rank,
    share_of_revenue,
    cumulative_share,
    -- A customer belongs to the tier in which his revenue begins, so the largest is always in A.
    case
        when share_of_revenue is null or earned = 0 then 'C'
        when cumulative_share - share_of_revenue < 0.5 then 'A'
        when cumulative_share - share_of_revenue < 0.8 then 'B'
        else 'C'
    end as tier
from shares
