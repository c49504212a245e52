-- Whose browser or device it was: visitors that became known, by what they identified themselves as. One row per
-- anonymous id; where several people used one device, the first of them.
-- grain:    anonymous_id
-- refresh:  on change
-- plan:     1.1.7, 2.2.4
-- audits:   unique(grain), not_null(anonymous_id, customer_id)
-- example:  select count(*) from core.visitor_links
-- columns:
--   anonymous_id  The browser or device.
--   customer_id   The canonical party.
select
    i.value as anonymous_id,
    min(coalesce(l.canonical_id, i.party_id)) as customer_id
from (
    select value, party_id, rank() over (partition by value order by first_seen_at) as nth
    from core.identities
    where kind in ('anon', 'cookie') and deleted_at is null
) as i
left join core.party_links as l on l.party_id = i.party_id
where i.nth = 1
group by i.value
