-- What customers were billed, void invoices left out. One row per invoice.
-- grain:    invoice_id
-- plan:     7.1.4, 7.1.5, 8.2.3
-- audits:   unique(grain), not_null(invoice_id, issued_at)
-- example:  select status, count(*), sum(balance) from core.invoices group by status
-- columns:
--   invoice_id         The invoice.
--   number             Number people read.
--   order_id           The order it bills.
--   customer_id        The canonical party.
--   issued_at          When, UTC.
--   issued_on          The same as a day of the business.
--   due_on             Day it is due.
--   paid_at            When it was paid in full, UTC; NULL while it is not.
--   paid_on            The same as a day of the business.
--   status             open, paid, partly_paid, overdue.
--   total              What is to be paid, reporting currency at the rate of the invoice's day.
--   revenue            total without tax, reporting currency.
--   tax                Tax, reporting currency.
--   balance            What is still to be paid, reporting currency.
--   days_to_pay        Days from invoice to full payment; NULL while it is not paid.
--   days_late          Days from due day to full payment, negative when early; NULL while it is not paid.
--   document_currency  ISO 4217 code it is made out in.
select
    document_id as invoice_id,
    number,
    parent_id as order_id,
    party_id as customer_id,
    issued_at,
    issued_on,
    due_on,
    paid_at,
    paid_on,
    status,
    total,
    revenue,
    tax,
    balance,
    paid_on - issued_on as days_to_pay,
    paid_on - due_on as days_late,
    document_currency
from core.document_values
where kind = 'invoice' and status <> 'void'
