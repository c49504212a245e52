-- Who the business buys from. One row per organisation.
-- grain:    vendor_id
-- plan:     7.1.3, 7.2.3
-- audits:   unique(grain), not_null(vendor_id)
-- example:  select vendor_id, name from core.vendors order by name
-- columns:
--   vendor_id      The party.
--   name           Name of the organisation.
--   industry       Its industry.
--   country        ISO 3166-1 alpha-2 code.
--   market_id      The market it is in.
select
    id as vendor_id,
    name,
    industry,
    country,
    market_id
from core.parties
where 'vendor' = any(roles) and deleted_at is null
