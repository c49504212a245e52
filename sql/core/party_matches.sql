-- Parties that share an address or number which at most five parties have. One row per party, party it shares with and
-- kind of what they share, from the larger id to the smallest that has the value.
-- grain:    party_id, first_id, kind, score, valid_from
-- refresh:  on change
-- plan:     1.1.7
-- audits:   unique(grain), not_null(party_id, first_id, kind, score), party_id > first_id
-- example:  select kind, count(*) from core.party_matches group by kind order by kind
-- columns:
--   party_id    The party.
--   first_id    The smallest id of the parties with the same value.
--   kind        What they share: crm, email, payment or phone.
--   score       How certain the least certain of them is, from 0 to 1.
--   valid_from  When the value was last found, UTC.
with known as (
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
)

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
