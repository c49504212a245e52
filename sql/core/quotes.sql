-- What was offered at a price. One row per quote.
-- grain:    quote_id
-- plan:     6.2.5
-- audits:   unique(grain), not_null(quote_id, quoted_at)
-- example:  select status, count(*), sum(revenue) from core.quotes group by status
-- columns:
--   quote_id     The quote.
--   number       Number people read.
--   customer_id  The canonical party.
--   deal_id      The deal it belongs to.
--   owner_id     The sales rep who made it.
--   quoted_at    When, UTC.
--   quoted_on    The same as a day of the business.
--   due_on       Until when it holds.
--   status       open, accepted, declined or expired.
--   total        What the customer would pay, reporting currency.
--   revenue      total without tax, reporting currency.
select
    document_id as quote_id,
    number,
    party_id as customer_id,
    deal_id,
    owner_id,
    issued_at as quoted_at,
    issued_on as quoted_on,
    due_on,
    status,
    total,
    revenue
from core.document_values
where kind = 'quote'
