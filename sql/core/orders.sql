-- What customers ordered, void orders left out. One row per order.
-- grain:    order_id
-- plan:     1.2.1, 2.1.1, 4.1.1
-- audits:   unique(grain), not_null(order_id, ordered_at)
-- example:  select date_trunc('month', ordered_on) as month, count(*), sum(revenue) from core.orders group by 1 order by 1
-- columns:
--   order_id           The order.
--   number             Number people read.
--   customer_id        The canonical party; NULL where nobody knows who it was.
--   deal_id            The deal it closes.
--   ordered_at         When, UTC.
--   ordered_on         The same as a day of the business.
--   status             Status in the source's words.
--   channel            Where it was made: web, phone, shop.
--   campaign_id        The campaign the source names for it.
--   owner_id           The staff member who took it.
--   org_unit_id        The part of the business it belongs to.
--   subtotal           Sum of the lines, reporting currency.
--   discount           What was taken off, reporting currency.
--   tax                Tax, reporting currency.
--   shipping           Delivery, reporting currency.
--   total              What the customer pays, reporting currency.
--   revenue            total without tax, before refunds, reporting currency.
--   cost               What goods and work cost the business, reporting currency; NULL where not known.
--   margin             revenue less cost, reporting currency; NULL where the cost is not known.
--   document_currency  ISO 4217 code the order was made in.
--   document_total     total in that currency.
select
    document_id as order_id,
    number,
    party_id as customer_id,
    deal_id,
    issued_at as ordered_at,
    issued_on as ordered_on,
    status,
    channel,
    campaign_id,
    owner_id,
    org_unit_id,
    subtotal,
    discount,
    tax,
    shipping,
    total,
    revenue,
    cost,
    revenue - cost as margin,
    document_currency,
    document_total
from core.document_values
where kind = 'order' and status <> 'void'
