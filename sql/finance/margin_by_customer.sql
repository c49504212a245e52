-- What is left of the revenue of each customer after goods, refunds and service. One row per customer with an order.
-- grain:    customer_id
-- plan:     7.2.1, 7.2.6
-- audits:   unique(grain), not_null(customer_id)
-- example:  select name, net_revenue, margin, margin_rate from finance.margin_by_customer order by margin desc limit 20
-- columns:
--   customer_id      The canonical party.
--   name             Full name.
--   orders           Orders.
--   net_revenue      Revenue less refunds, reporting currency.
--   cost_of_goods    Cost of the orders where it is known, reporting currency.
--   cost_of_service  Cost of jobs, tickets, complaints and incidents that belong to no order, reporting currency.
--   margin           net_revenue - cost_of_goods - cost_of_service, reporting currency.
--   margin_rate      margin / net_revenue; NULL without revenue.
with served as (
    select
        coalesce(links.canonical_id, items.party_id) as customer_id,
        sum(items.cost * case when items.currency = business.currency then 1 else rates.rate end) as cost
    from core.work_items as items
    cross join core.business as business
    left join core.party_links as links on links.party_id = items.party_id
    left join core.daily_rates as rates
        on rates.currency = items.currency and rates.on_date = (items.opened_at at time zone business.tz)::date
    where items.deleted_at is null and items.document_id is null and items.cost is not null
    group by coalesce(links.canonical_id, items.party_id)
)

select
    customers.customer_id,
    names.name,
    customers.orders,
    customers.net_revenue,
    customers.cost as cost_of_goods,
    coalesce(served.cost, 0)::decimal(18, 4) as cost_of_service,
    (customers.margin - coalesce(served.cost, 0))::decimal(18, 4) as margin,
    ((customers.margin - coalesce(served.cost, 0)) / nullif(customers.net_revenue, 0))::double precision as margin_rate
from customer.orders_of_customers as customers
left join core.parties as names on names.id = customers.customer_id
left join served on served.customer_id = customers.customer_id
