-- Documents with the canonical party, days of the business, and amounts in the reporting currency at the rate of the
-- document's day. One row per document. Amounts are NULL where their currency has no rate.
-- grain:    document_id
-- refresh:  on change
-- plan:     1.2.1, 7.2.1
-- audits:   unique(grain), not_null(document_id, kind, issued_at)
-- example:  select kind, count(*), sum(total) from core.document_values group by kind
-- columns:
--   document_id        The document.
--   kind               quote, order, invoice, bill, expense, purchase_order, credit_note or refund.
--   number             Number people read.
--   party_id           The canonical customer or vendor.
--   deal_id            The deal it belongs to.
--   parent_id          What it follows from.
--   org_unit_id        The part of the business it belongs to.
--   owner_id           The staff member who made it.
--   campaign_id        The campaign the source names for it.
--   status             Status in the source's words.
--   issued_at          Moment of the document, UTC.
--   issued_on          The same as a day of the business.
--   due_on             Day it is due.
--   paid_at            When it was paid in full, UTC.
--   paid_on            The same as a day of the business.
--   channel            Where it was made: web, phone, shop.
--   reason             Why, for refunds and credit notes.
--   subtotal           Sum of the lines, reporting currency.
--   discount           What was taken off, reporting currency.
--   tax                Tax on top, reporting currency.
--   shipping           Delivery on top, reporting currency.
--   total              What is to be paid, reporting currency.
--   revenue            total without tax, reporting currency.
--   cost               What it cost the business, reporting currency; NULL where not known.
--   balance            What is still to be paid, reporting currency; NULL where not known.
--   rate               Units of the reporting currency for one unit of document_currency.
--   document_currency  ISO 4217 code the document is made out in.
--   document_total     total in that currency.
with local as (
    select
        d.*,
        (d.issued_at at time zone b.tz)::date as issued_on,
        (d.paid_at at time zone b.tz)::date as paid_on,
        b.currency as reporting_currency
    from core.documents as d
    cross join core.business as b
    where d.deleted_at is null
),

rated as (
    select
        d.*,
        case when d.currency = d.reporting_currency then 1::decimal(18,9) else r.rate end as rate
    from local as d
    left join core.daily_rates as r on r.currency = d.currency and r.on_date = d.issued_on
)

select
    d.id as document_id,
    d.kind,
    d.number,
    coalesce(l.canonical_id, d.party_id) as party_id,
    d.deal_id,
    d.parent_id,
    d.org_unit_id,
    d.owner_id,
    d.campaign_id,
    d.status,
    d.issued_at,
    d.issued_on,
    d.due_on,
    d.paid_at,
    d.paid_on,
    d.channel,
    d.reason,
    (d.subtotal * d.rate)::decimal(18,4) as subtotal,
    (d.discount * d.rate)::decimal(18,4) as discount,
    (d.tax * d.rate)::decimal(18,4) as tax,
    (d.shipping * d.rate)::decimal(18,4) as shipping,
    (d.total * d.rate)::decimal(18,4) as total,
    ((d.total - d.tax) * d.rate)::decimal(18,4) as revenue,
    (d.cost * d.rate)::decimal(18,4) as cost,
    (d.balance * d.rate)::decimal(18,4) as balance,
    d.rate,
    d.currency as document_currency,
    d.total as document_total
from rated as d
left join core.party_links as l on l.party_id = d.party_id
