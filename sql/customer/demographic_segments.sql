-- Who the customers are and what each kind brings: by person or organisation, country, region, industry and market. One row
-- per dimension and value.
-- grain:    dimension, value
-- plan:     2.3.3
-- audits:   unique(grain), not_null(dimension, value, customers), share_of_customers between 0 and 1, buyers <= customers
-- example:  select value, customers, revenue_per_buyer, index_of_value from customer.demographic_segments
--           where dimension = 'region' order by revenue_per_buyer desc nulls last
-- columns:
--   dimension           kind, country, region, industry or market.
--   value               Its value; (unknown) where the customer has none.
--   customers           Customers, with an order or without.
--   share_of_customers  Share of all customers.
--   buyers              Of these, customers with an order.
--   orders              Their orders.
--   net_revenue         Revenue less refunds, reporting currency.
--   revenue_per_buyer   net_revenue / buyers, reporting currency; NULL without buyers.
--   repeat_rate         Share of the buyers who ordered again; NULL without buyers.
--   index_of_value      revenue_per_buyer in units of that of all buyers; NULL where nobody brought revenue.
with people as (
    select
        customers.kind,
        customers.country,
        customers.region,
        customers.industry,
        markets.name as market,
        bought.orders,
        bought.net_revenue
    from core.customers as customers
    left join core.markets as markets on markets.id = customers.market_id
    left join customer.orders_of_customers as bought on bought.customer_id = customers.customer_id
),

described as (
    select 'kind' as dimension, kind as value, orders, net_revenue from people
    union all
    select 'country', country, orders, net_revenue from people
    union all
    select 'region', region, orders, net_revenue from people
    union all
    select 'industry', industry, orders, net_revenue from people
    union all
    select 'market', market, orders, net_revenue from people
),

totals as (
    select
        dimension,
        coalesce(value, '(unknown)') as value,
        count(*) as customers,
        count(orders) as buyers,
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(net_revenue), 0) as net_revenue,
        count(*) filter (where orders > 1) as repeated
    from described
    group by dimension, coalesce(value, '(unknown)')
),

-- Every dimension sums to all customers.
shares as (
    select
        *,
        sum(customers) over (partition by dimension) as all_customers,
        sum(buyers) over (partition by dimension) as all_buyers,
        sum(net_revenue) over (partition by dimension) as all_revenue
    from totals
)

select
    dimension,
    value,
    customers::bigint as customers,
    customers::double precision / all_customers as share_of_customers,
    buyers::bigint as buyers,
    orders::bigint as orders,
    net_revenue::decimal(18, 4) as net_revenue,
    (net_revenue / nullif(buyers, 0))::decimal(18, 4) as revenue_per_buyer,
    repeated::double precision / nullif(buyers, 0) as repeat_rate,
    ((net_revenue / nullif(buyers, 0)) / nullif(all_revenue / nullif(all_buyers, 0), 0))::double precision as index_of_value
from shares
