-- What the business has to pay: bills and expenses, void ones left out. One row per bill.
-- grain:    bill_id
-- plan:     7.1.1, 7.1.3, 7.2.3
-- audits:   unique(grain), not_null(bill_id, issued_at)
-- example:  select status, count(*), sum(balance) from core.bills group by status
-- columns:
--   bill_id      The bill.
--   kind         bill or expense.
--   number       Number people read.
--   vendor_id    The canonical party.
--   org_unit_id  The cost centre.
--   issued_at    When, UTC.
--   issued_on    The same as a day of the business.
--   due_on       Day it is due.
--   paid_at      When it was paid in full, UTC; NULL while it is not.
--   paid_on      The same as a day of the business.
--   status       open, paid, overdue.
--   total        What is to be paid, reporting currency at the rate of the bill's day.
--   cost         total without tax, reporting currency.
--   balance      What is still to be paid, reporting currency.
select
    document_id as bill_id,
    kind,
    number,
    party_id as vendor_id,
    org_unit_id,
    issued_at,
    issued_on,
    due_on,
    paid_at,
    paid_on,
    status,
    total,
    revenue as cost,
    balance
from core.document_values
where kind in ('bill', 'expense') and status <> 'void'
