-- The general ledger with the accounts' names. One row per posting.
-- grain:    entry_id
-- plan:     7.1.6, 7.2.3, 8.2.6
-- audits:   unique(grain), not_null(entry_id, posted_on, account_id, amount)
-- example:  select account_kind, sum(amount) from core.ledger where basis = 'accrual' group by account_kind
-- columns:
--   entry_id         The posting.
--   posted_on        Day of the business.
--   journal_id       What belongs together; the postings of a journal sum to zero.
--   account_id       The account.
--   account          Its name.
--   account_code     Its number in the chart.
--   account_kind     asset, liability, equity, income or expense.
--   account_subtype  bank, ar, ap, cogs, payroll and so on.
--   is_cash          Whether the account is money at hand.
--   amount           Debits positive, credits negative, the company's currency.
--   basis            accrual or cash.
--   party_id         The canonical customer or vendor.
--   org_unit_id      The cost centre.
--   document_id      The document behind it.
--   payment_id       The payment behind it.
--   memo             What it was for.
select
    e.id as entry_id,
    e.posted_on,
    e.journal_id,
    e.account_id,
    a.name as account,
    a.code as account_code,
    a.kind as account_kind,
    a.subtype as account_subtype,
    a.is_cash,
    e.amount_base as amount,
    e.basis,
    coalesce(l.canonical_id, e.party_id) as party_id,
    e.org_unit_id,
    e.document_id,
    e.payment_id,
    e.memo
from core.ledger_entries as e
join core.accounts as a on a.id = e.account_id
left join core.party_links as l on l.party_id = e.party_id
where e.deleted_at is null
