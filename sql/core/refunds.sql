-- What was paid back or credited. One row per refund or credit note.
-- grain:    refund_id
-- plan:     1.2.6, 7.2.2
-- audits:   unique(grain), not_null(refund_id, refunded_at)
-- example:  select reason, count(*), sum(revenue) from core.refunds group by reason
-- columns:
--   refund_id    The refund.
--   kind         refund or credit_note.
--   order_id     The order, or the invoice, it pays back.
--   customer_id  The canonical party.
--   refunded_at  When, UTC.
--   refunded_on  The same as a day of the business.
--   reason       Why.
--   total        What was paid back, positive, reporting currency.
--   revenue      total without tax, positive: what to take off the revenue; reporting currency.
select
    document_id as refund_id,
    kind,
    parent_id as order_id,
    party_id as customer_id,
    issued_at as refunded_at,
    issued_on as refunded_on,
    reason,
    total,
    revenue
from core.document_values
where kind in ('refund', 'credit_note') and status <> 'void'
