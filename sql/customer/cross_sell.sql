-- Products that customers of another product buy too, and how many customers could still be offered them. One row per pair.
-- grain:    product_id, also_product_id
-- plan:     2.1.4
-- audits:   unique(grain), not_null(product_id, also_product_id), lift > 0, customers_to_offer >= 0
-- example:  select product, also_product, lift, customers_to_offer from customer.cross_sell order by lift desc limit 20
-- columns:
--   product_id          The product that was bought.
--   product             Its name.
--   also_product_id     The product that goes with it.
--   also_product        Its name.
--   customers           Customers who bought both.
--   support             Share of all customers with an order who did.
--   confidence          Share of the product's customers who bought the other too.
--   lift                confidence in units of the share of all customers who bought the other; above 1 they go together.
--   customers_to_offer  Customers of the product who have not bought the other.
with bought as (
    select distinct customer_id, product_id
    from core.order_items
    where customer_id is not null and product_id is not null
)

select
    rules.antecedent as product_id,
    product.name as product,
    rules.consequent as also_product_id,
    also.name as also_product,
    rules.n::bigint as customers,
    rules.support,
    rules.confidence,
    rules.lift,
    -- confidence is n over the product's customers.
    (round((rules.n / rules.confidence)::numeric, 0) - rules.n)::bigint as customers_to_offer
from basket_rules(bought, order_id => 'customer_id', item => 'product_id', min_support => 0) as rules
left join core.products as product on product.id = rules.antecedent
left join core.products as also on also.id = rules.consequent
