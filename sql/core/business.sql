-- The business itself: what it reports in and when its days begin. One row.
-- grain:    currency
-- plan:     1.2.1, 7.3.1
-- audits:   unique(grain)
-- example:  select name, currency, tz from core.business
-- columns:
--   name      Name of the company in core.org_units; NULL without one.
--   currency  ISO 4217 code of all amounts in reports: `currency` in the company's ext, else what exchange rates are
--             quoted in, else a currency of the documents or of the advertising; NULL in an empty lake.
--   tz        IANA time zone of the company's days; UTC without a company.
with company as (
    select min(id) as id
    from core.org_units
    where kind = 'company' and deleted_at is null
),

told as (
    -- Aggregates give their one row even when there is no company.
    select max(u.name) as name, max(u.tz) as tz, max(u.ext ->> 'currency') as currency
    from core.org_units as u
    join company as c on c.id = u.id
)

select
    t.name,
    coalesce(t.currency, f.currency, d.currency, a.currency) as currency,
    coalesce(t.tz, 'UTC') as tz
from told as t
cross join (select min(quote) as currency from core.fx_rates) as f
cross join (select min(currency) as currency from core.documents) as d
cross join (select min(currency) as currency from core.ad_spend) as a
