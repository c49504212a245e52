-- What each segment of customers brings, for every way to divide them. One row per segmentation and segment.
-- grain:    segmentation, segment
-- refresh:  every 1 hour
-- plan:     2.3.7
-- audits:   unique(grain), not_null(segmentation, segment, customers), share_of_customers between 0 and 1, active <= customers
-- example:  select segmentation, segment, customers, revenue_per_customer, index_of_value from customer.segment_performance
--           order by segmentation, net_revenue desc
-- columns:
--   segmentation          value (customer.value_tiers), rfm (customer.rfm_segments), behaviour (customer.behaviour_segments), channel
--                         (that brought the customer) or country.
--   segment               The segment; (unknown) where the customer has none.
--   customers             Customers with an order.
--   share_of_customers    Share of all of them.
--   orders                Their orders.
--   net_revenue           Revenue less refunds, reporting currency.
--   share_of_revenue      Share of the net revenue of all; NULL where there is none.
--   margin                net_revenue less cost of goods, reporting currency.
--   revenue_per_customer  net_revenue / customers, reporting currency.
--   repeat_rate           Share who ordered again.
--   active                Customers with an order in the 90 days before today.
--   index_of_value        revenue_per_customer in units of that of all; NULL where nobody brought revenue.
with customers as (
    select
        bought.customer_id,
        bought.orders,
        bought.net_revenue,
        bought.margin,
        bought.days_since <= 90 as is_active,
        bought.acquisition_channel,
        people.country
    from customer.orders_of_customers as bought
    left join core.customers as people on people.customer_id = bought.customer_id
),

divided as (
    select 'value' as segmentation, customer_id, tier as segment from customer.value_tiers
    union all
    select 'rfm', customer_id, segment from customer.rfm_segments
    union all
    select 'behaviour', customer_id, segment from customer.behaviour_segments
    union all
    select 'channel', customer_id, acquisition_channel from customers
    union all
    select 'country', customer_id, country from customers
),

totals as (
    select
        divided.segmentation,
        coalesce(divided.segment, '(unknown)') as segment,
        count(*) as customers,
        sum(customers.orders) as orders,
        sum(customers.net_revenue) as net_revenue,
        sum(customers.margin) as margin,
        count(*) filter (where customers.orders > 1) as repeated,
        count(*) filter (where customers.is_active) as active
    from divided
    inner join customers on customers.customer_id = divided.customer_id
    group by divided.segmentation, coalesce(divided.segment, '(unknown)')
),

shares as (
    select
        *,
        sum(customers) over (partition by segmentation) as all_customers,
        sum(net_revenue) over (partition by segmentation) as all_revenue
    from totals
)

select
    segmentation,
    segment,
    customers::bigint as customers,
    customers::double precision / all_customers as share_of_customers,
    orders::bigint as orders,
    net_revenue::decimal(18, 4) as net_revenue,
    (net_revenue / nullif(all_revenue, 0))::double precision as share_of_revenue,
    margin::decimal(18, 4) as margin,
    (net_revenue / customers)::decimal(18, 4) as revenue_per_customer,
    repeated::double precision / customers as repeat_rate,
    active::bigint as active,
    ((net_revenue / customers) / nullif(all_revenue / all_customers, 0))::double precision as index_of_value
from shares
