-- Calls that came in and nobody answered, with the callback where there was one. One row per missed call.
-- grain:    call_id
-- plan:     3.3.1, 3.3.2, 3.3.5
-- audits:   unique(grain), not_null(call_id, started_at), minutes_to_callback >= 0
-- example:  select weekday, hour, count(*) from core.missed_calls group by weekday, hour order by 3 desc limit 10
-- columns:
--   call_id              The call.
--   started_at           When it began to ring, UTC.
--   started_on           The same as a day of the business.
--   weekday              Day of the week of the business, 1 Monday to 7 Sunday.
--   hour                 Hour of the business's day, 0 to 23.
--   customer_id          The canonical party; NULL when not recognised.
--   from_addr            Number it came from.
--   campaign_id          The campaign the tracked number stood for.
--   channel              Channel of that campaign.
--   ring_s               Seconds it rang.
--   called_back_at       When somebody called back, UTC; NULL when nobody did.
--   minutes_to_callback  Minutes until then.
with callbacks as (
    select replies_to, min(started_at) as called_back_at
    from core.interactions
    where kind = 'call' and direction = 'out' and replies_to is not null and deleted_at is null
    group by replies_to
)

select
    c.call_id,
    c.started_at,
    c.started_on,
    c.weekday,
    c.hour,
    c.customer_id,
    c.from_addr,
    c.campaign_id,
    c.channel,
    c.ring_s,
    k.called_back_at,
    extract(epoch from k.called_back_at - c.started_at) / 60.0 as minutes_to_callback
from core.calls as c
left join callbacks as k on k.replies_to = c.call_id
where c.direction = 'in' and c.missed
