-- People who work here. One row per person.
-- grain:    staff_id
-- plan:     4.3.2, 4.3.5
-- audits:   unique(grain), not_null(staff_id)
-- example:  select staff_id, name from core.staff order by name
-- columns:
--   staff_id       The party.
--   name           Full name.
--   email          Address in lower case.
--   phone          Number in E.164.
--   first_seen_at  When first heard of, UTC.
select
    id as staff_id,
    name,
    email,
    phone,
    first_seen_at
from core.parties
where 'staff' = any(roles) and deleted_at is null
