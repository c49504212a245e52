-- Telephone calls, in and out. One row per call.
-- grain:    call_id
-- plan:     3.3.1, 3.3.3, 8.3.2, 8.3.5
-- audits:   unique(grain), not_null(call_id, started_at, direction)
-- example:  select hour, count(*), count(*) filter (where missed) from core.calls where direction = 'in' group by hour order by hour
-- columns:
--   call_id          The call.
--   direction        in or out.
--   started_at       When it began to ring, UTC.
--   started_on       The same as a day of the business.
--   weekday          Day of the week of the business, 1 Monday to 7 Sunday.
--   hour             Hour of the business's day, 0 to 23.
--   customer_id      The canonical party on the other side; NULL when not recognised.
--   staff_id         Who of the staff took or made it.
--   from_addr        Number it came from.
--   tracking_number  The tracked number that was dialled.
--   campaign_id      The campaign that number stood for.
--   channel          Channel of that campaign.
--   session_id       The visit that showed the number.
--   answered         Whether a person picked up.
--   missed           Whether it came in and was not answered.
--   ring_s           Seconds it rang.
--   talk_s           Seconds of talk; 0 when nobody picked up.
--   outcome          booked, quoted, question, complaint, no_answer, wrong_number.
--   sentiment        Tone of the customer, from -1 to 1.
--   replies_to       The missed call it answers.
with local as (
    select i.*, i.started_at at time zone b.tz as started_local
    from core.interactions as i
    cross join core.business as b
    where i.kind = 'call' and i.deleted_at is null
)

select
    i.id as call_id,
    i.direction,
    i.started_at,
    i.started_local::date as started_on,
    extract(isodow from i.started_local)::int as weekday,
    extract(hour from i.started_local)::int as hour,
    coalesce(l.canonical_id, i.party_id) as customer_id,
    i.staff_id,
    i.from_addr,
    i.tracking_number,
    i.campaign_id,
    c.channel,
    i.session_id,
    i.answered,
    i.missed,
    i.ring_s,
    i.talk_s,
    i.outcome,
    i.sentiment,
    i.replies_to
from local as i
left join core.party_links as l on l.party_id = i.party_id
left join core.campaigns as c on c.id = i.campaign_id
