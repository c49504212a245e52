-- Calls that nobody answered, and what became of them. One row per missed call.
-- grain:    call_id
-- refresh:  on change
-- plan:     3.3.1
-- audits:   unique(grain), not_null(call_id, started_at, state), state in ('called back', 'rang again', 'ordered', 'waiting', 'lost')
-- example:  select started_at, name, from_addr, state, minutes_waiting from operations.missed_calls
--           where state = 'waiting' order by started_at
-- columns:
--   call_id              The call.
--   started_at           When it began to ring, UTC.
--   started_on           The same as a day of the business.
--   weekday              Day of the week of the business, 1 Monday to 7 Sunday.
--   hour                 Hour of the business's day, 0 to 23.
--   customer_id          Who called; NULL when not recognised.
--   name                 Full name.
--   from_addr            Number it came from.
--   channel              Channel of the tracked number that was dialled.
--   ring_s               Seconds it rang.
--   called_back_at       When somebody called back, UTC.
--   minutes_to_callback  Minutes until then.
--   rang_again_at        When the same number got through by itself within two days, UTC.
--   ordered_at           When the caller ordered within seven days, UTC.
--   state                called back, rang again (and was answered), ordered, waiting (less than two days ago) or lost.
--   minutes_waiting      Minutes from the call to the latest fact, while it waits.
with answered as (
    select from_addr, started_at from core.calls where direction = 'in' and not missed and from_addr is not null
),

again as (
    select missed.call_id, min(answered.started_at) as rang_again_at
    from core.missed_calls as missed
    inner join answered
        on answered.from_addr = missed.from_addr
        and answered.started_at > missed.started_at
        and answered.started_at <= missed.started_at + interval '2 days'
    group by missed.call_id
),

bought as (
    select missed.call_id, min(orders.ordered_at) as ordered_at
    from core.missed_calls as missed
    inner join core.orders as orders
        on orders.customer_id = missed.customer_id
        and orders.ordered_at > missed.started_at
        and orders.ordered_at <= missed.started_at + interval '7 days'
    group by missed.call_id
)

select
    missed.call_id,
    missed.started_at,
    missed.started_on,
    missed.weekday,
    missed.hour,
    missed.customer_id,
    parties.name,
    missed.from_addr,
    missed.channel,
    missed.ring_s,
    missed.called_back_at,
    missed.minutes_to_callback::double precision as minutes_to_callback,
    again.rang_again_at,
    bought.ordered_at,
    case
        when missed.called_back_at is not null then 'called back'
        when again.rang_again_at is not null then 'rang again'
        when bought.ordered_at is not null then 'ordered'
        when missed.started_at > clock.as_of - interval '2 days' then 'waiting'
        else 'lost'
    end as state,
    case
        when missed.called_back_at is null and again.rang_again_at is null and bought.ordered_at is null
            and missed.started_at > clock.as_of - interval '2 days'
            then (extract(epoch from clock.as_of - missed.started_at) / 60)::double precision
    end as minutes_waiting
from core.missed_calls as missed
left join again on again.call_id = missed.call_id
left join bought on bought.call_id = missed.call_id
left join core.parties as parties on parties.id = missed.customer_id
cross join core.clock as clock
