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
with recursive edges as (
    select party_id, first_id as other_id from core.party_matches
    union
    select first_id, party_id from core.party_matches
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
    select party_id, kind, score, valid_from from core.party_matches
    union all
    select first_id, kind, score, valid_from from core.party_matches
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
