-- Parties that are one and the same person or organisation: they share an address or number that at most five
-- parties have, directly or through others. One row per party that is not its own canonical party.
-- grain:    party_id
-- refresh:  on change
-- plan:     1.1.7, 2.1.1, 8.1.2
-- audits:   unique(grain), not_null(party_id, canonical_id), party_id <> canonical_id
-- example:  select rule, count(*) from core.party_links group by rule
-- columns:
--   party_id      The party.
--   canonical_id  The party it is counted as; the smallest id of those that belong together.
--   rule          What they share: crm, email, payment or phone.
--   score         How certain it is, from 0 to 1.
--   valid_from    When the shared value was last found at another of them, UTC.
with recursive known as (
    select party_id, kind, value, confidence, first_seen_at
    from core.identities
    where kind in ('email', 'phone', 'crm', 'payment') and confidence >= 0.9 and deleted_at is null
    union all
    select id, 'email', email, 1.0::double precision, first_seen_at
    from core.parties
    where email is not null and deleted_at is null
    union all
    select id, 'phone', phone, 1.0::double precision, first_seen_at
    from core.parties
    where phone is not null and deleted_at is null
),

-- What many people share says nothing about one of them, and neither do the business's own numbers.
shared as (
    select
        kind,
        value,
        min(party_id) as first_id,
        min(confidence) as score,
        max(first_seen_at) as valid_from
    from known
    where not (kind = 'email' and split_part(value, '@', 1) in ('info', 'office', 'sales', 'contact', 'hello', 'admin'))
    group by kind, value
    having min(party_id) <> max(party_id) and count(distinct party_id) <= 5
),

pairs as (
    select distinct
        k.party_id,
        s.first_id,
        s.kind,
        s.score,
        s.valid_from
    from shared as s
    join known as k on k.kind = s.kind and k.value = s.value
    where k.party_id <> s.first_id
        and not (
            s.kind = 'phone'
            and s.value in (select tracking_number from core.interactions where tracking_number is not null)
        )
),

edges as (
    select party_id, first_id as other_id from pairs
    union
    select first_id, party_id from pairs
),

-- Every party's label travels along the edges to larger ids; the smallest that arrives is the canonical one.
reached (party_id, label) as (
    select party_id, party_id from edges
    union
    select e.other_id, r.label
    from reached as r
    join edges as e on e.party_id = r.party_id
    where r.label < e.other_id
),

canonical as (
    select party_id, min(label) as canonical_id
    from reached
    group by party_id
),

evidence as (
    select party_id, kind, score, valid_from from pairs
    union all
    select first_id, kind, score, valid_from from pairs
)

select
    c.party_id,
    c.canonical_id,
    min(e.kind) as rule,
    min(e.score) as score,
    max(e.valid_from) as valid_from
from canonical as c
join evidence as e on e.party_id = c.party_id
where c.canonical_id < c.party_id
group by c.party_id, c.canonical_id
