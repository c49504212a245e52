-- Customers who began as the best ones did, by what is known of a customer at his first order. One row per customer with an
-- order who is not in tier A of customer.value_tiers.
-- grain:    customer_id
-- plan:     2.3.6
-- audits:   unique(grain), not_null(customer_id, status), score between 0 and 1, decile between 1 and 10
-- example:  select customer_id, name, score, net_revenue from customer.lookalikes where decile = 1 order by score desc limit 20
-- columns:
--   customer_id          The canonical party.
--   name                 Full name.
--   score                Chance of being of the kind of tier A, by a logistic regression; NULL where there is none.
--   decile               1 for the tenth of the customers with the highest scores, to 10; NULL where there is none.
--   first_order_value    Revenue of the first order, reporting currency.
--   acquisition_channel  Channel that brought the customer, as in customer.orders_of_customers.
--   country              ISO 3166-1 alpha-2 code.
--   net_revenue          Revenue less refunds so far, reporting currency.
--   status               ok, or why there are no numbers: insufficient_data with fewer than 5 customers in tier A or outside.
with first_orders as (
    select order_id, customer_id, ordered_at, channel, revenue
    from (
        select *, row_number() over (partition by customer_id order by ordered_at, order_id) as nth
        from core.orders
        where customer_id is not null
    ) as numbered
    where nth = 1
),

first_items as (
    select
        first_orders.order_id,
        count(*) as lines,
        min(items.category) as category
    from first_orders
    inner join core.order_items as items on items.order_id = first_orders.order_id
    group by first_orders.order_id
),

beginnings as (
    select
        customers.customer_id,
        first_orders.revenue as first_order_value,
        coalesce(first_items.lines, 0) as first_order_lines,
        first_items.category as first_category,
        first_orders.channel as order_channel,
        customers.acquisition_channel,
        people.country,
        people.name,
        customers.net_revenue
    from customer.orders_of_customers as customers
    inner join first_orders on first_orders.customer_id = customers.customer_id
    left join first_items on first_items.order_id = first_orders.order_id
    left join core.customers as people on people.customer_id = customers.customer_id
),

best as (
    select customer_id from customer.value_tiers where tier = 'A'
)

select
    alike.customer_id,
    beginnings.name,
    alike.score,
    alike.decile,
    beginnings.first_order_value,
    beginnings.acquisition_channel,
    beginnings.country,
    beginnings.net_revenue,
    alike.status
from lookalike(
    best,
    beginnings,
    customer => 'customer_id',
    features => array['first_order_value', 'first_order_lines', 'first_category', 'order_channel', 'acquisition_channel', 'country']
) as alike
inner join beginnings on beginnings.customer_id = alike.customer_id
