-- Who else customers could buy from. One row per organisation.
-- grain:    competitor_id
-- plan:     5.1.4, 3.1.7
-- audits:   unique(grain), not_null(competitor_id)
-- example:  select competitor_id, name from core.competitors order by name
-- columns:
--   competitor_id  The party.
--   name           Name of the organisation.
--   industry       Its industry.
--   country        ISO 3166-1 alpha-2 code.
--   market_id      The market it is in.
select
    id as competitor_id,
    name,
    industry,
    country,
    market_id
from core.parties
where 'competitor' = any(roles) and deleted_at is null
