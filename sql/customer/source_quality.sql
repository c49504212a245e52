-- How good the customers are that each channel brings. One row per channel.
-- grain:    channel
-- plan:     2.1.8, 2.3.5
-- audits:   unique(grain), not_null(channel), customers >= 1, repeat_rate between 0 and 1, share_of_top_tier between 0 and 1
-- example:  select channel, customers, revenue_per_customer, repeat_rate from customer.source_quality order by revenue_per_customer desc
-- columns:
--   channel               Channel that acquired the customers, as in customer.orders_of_customers.
--   customers             Customers acquired.
--   orders_per_customer   Orders of each.
--   revenue_per_customer  Net revenue of each, reporting currency.
--   margin_per_customer   Margin of each, reporting currency.
--   repeat_rate           Share who ordered again.
--   share_of_top_tier     Share who belong to tier A of customer.value_tiers.
--   index_of_value        revenue_per_customer in units of that of all customers; NULL where nobody brought revenue.
with customers as (
    select
        customers.acquisition_channel as channel,
        customers.orders,
        customers.net_revenue,
        customers.margin,
        tiers.tier
    from customer.orders_of_customers as customers
    inner join customer.value_tiers as tiers on tiers.customer_id = customers.customer_id
),

totals as (
    select
        channel,
        count(*) as customers,
        sum(orders) as orders,
        sum(net_revenue) as revenue,
        sum(margin) as margin,
        count(*) filter (where orders > 1) as repeated,
        count(*) filter (where tier = 'A') as top_tier
    from customers
    group by channel
)

select
    channel,
    customers::bigint as customers,
    orders::double precision / customers as orders_per_customer,
    (revenue / customers)::decimal(18, 4) as revenue_per_customer,
    (margin / customers)::decimal(18, 4) as margin_per_customer,
    repeated::double precision / customers as repeat_rate,
    top_tier::double precision / customers as share_of_top_tier,
    ((revenue / customers) / nullif(sum(revenue) over () / sum(customers) over (), 0))::double precision as index_of_value
from totals
