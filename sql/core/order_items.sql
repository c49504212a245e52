-- The lines of orders. One row per line.
-- grain:    order_item_id
-- plan:     2.1.4, 7.2.1
-- audits:   unique(grain), not_null(order_item_id, order_id)
-- example:  select category, sum(amount) from core.order_items group by category order by 2 desc
-- columns:
--   order_item_id  The line.
--   order_id       The order.
--   line_no        Place in the order, from 1.
--   customer_id    The canonical party.
--   ordered_at     When, UTC.
--   ordered_on     The same as a day of the business.
--   product_id     What was sold; NULL for free text.
--   product        Its name, or what the document says.
--   category       Group of products.
--   product_kind   good, service, plan or bundle.
--   quantity       How many units.
--   unit_price     Price of one unit without tax, reporting currency.
--   discount       What was taken off, reporting currency.
--   amount         What the line comes to after discount and without tax, reporting currency.
--   cost           What it cost the business, reporting currency; NULL where not known.
--   margin         amount less cost, reporting currency; NULL where the cost is not known.
select
    i.id as order_item_id,
    i.document_id as order_id,
    i.line_no,
    o.party_id as customer_id,
    o.issued_at as ordered_at,
    o.issued_on as ordered_on,
    i.product_id,
    coalesce(p.name, i.description) as product,
    p.category,
    p.kind as product_kind,
    i.quantity,
    (i.unit_price * o.rate)::decimal(18,4) as unit_price,
    (i.discount * o.rate)::decimal(18,4) as discount,
    (i.amount * o.rate)::decimal(18,4) as amount,
    (i.quantity * i.unit_cost * o.rate)::decimal(18,4) as cost,
    ((i.amount - i.quantity * i.unit_cost) * o.rate)::decimal(18,4) as margin
from core.document_lines as i
join core.document_values as o on o.document_id = i.document_id and o.kind = 'order' and o.status <> 'void'
left join core.products as p on p.id = i.product_id
where i.deleted_at is null
