-- Staff who sell. One row per person.
-- grain:    rep_id
-- plan:     6.2.1
-- audits:   unique(grain), not_null(rep_id)
-- example:  select rep_id, name from core.sales_reps order by name
-- columns:
--   rep_id         The party.
--   name           Full name.
--   email          Address in lower case.
--   phone          Number in E.164.
--   first_seen_at  When first heard of, UTC.
select
    id as rep_id,
    name,
    email,
    phone,
    first_seen_at
from core.parties
where 'rep' = any(roles) and deleted_at is null
