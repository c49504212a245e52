-- Who gets a text message after a missed call, and who had one. One row per number that called in vain in the last seven days.
-- Whatever sends the messages works off the rows that are due and writes what it sent to core.interactions.
-- grain:    caller
-- plan:     3.3.6
-- audits:   unique(grain), not_null(caller, calls, state), calls >= 1, sent_at >= last_missed_at
-- example:  select caller, name, last_missed_at, state, text from operations.sms_followups order by last_missed_at desc limit 20
-- columns:
--   caller          The number that called.
--   customer_id     Who called; NULL when not recognised.
--   name            Full name.
--   calls           Missed calls of these days.
--   last_missed_at  The latest of them, UTC.
--   sent_at         When a text went to the number after it, UTC.
--   replied_at      When one came back after that, UTC.
--   state           settled (called back, rang again or ordered), replied, sent, refused (no consent to texts), late (more than two
--                   days ago), or due.
--   text            What to send, of those that are due.
with recent as (
    select
        missed.from_addr as caller,
        missed.customer_id,
        missed.name,
        missed.started_at,
        missed.state,
        row_number() over (partition by missed.from_addr order by missed.started_at desc, missed.call_id) as nth
    from operations.missed_calls as missed
    cross join core.clock as clock
    where missed.from_addr is not null and missed.started_on > clock.today - 7
),

callers as (
    select
        caller,
        min(customer_id) as customer_id,
        min(name) as name,
        count(*) as calls,
        max(started_at) as last_missed_at,
        max(state) filter (where nth = 1) as state
    from recent
    group by caller
),

texts as (
    select
        case when direction = 'out' then to_addr else from_addr end as caller,
        direction,
        started_at
    from core.interactions
    where kind = 'sms' and status <> 'failed' and deleted_at is null
),

sent as (
    select callers.caller, min(texts.started_at) as sent_at
    from callers
    inner join texts
        on texts.caller = callers.caller and texts.direction = 'out' and texts.started_at > callers.last_missed_at
    group by callers.caller
),

replied as (
    select sent.caller, min(texts.started_at) as replied_at
    from sent
    inner join texts on texts.caller = sent.caller and texts.direction = 'in' and texts.started_at > sent.sent_at
    group by sent.caller
),

judged as (
    select
        callers.*,
        sent.sent_at,
        replied.replied_at,
        case
            when callers.state in ('called back', 'rang again', 'ordered') then 'settled'
            when replied.replied_at is not null then 'replied'
            when sent.sent_at is not null then 'sent'
            when (parties.consent ->> 'sms')::boolean = false then 'refused'
            when callers.state = 'lost' then 'late'
            else 'due'
        end as follow_up
    from callers
    left join sent on sent.caller = callers.caller
    left join replied on replied.caller = callers.caller
    left join core.parties as parties on parties.id = callers.customer_id
)

select
    judged.caller,
    judged.customer_id,
    judged.name,
    judged.calls::bigint as calls,
    judged.last_missed_at,
    judged.sent_at,
    judged.replied_at,
    judged.follow_up as state,
    case when judged.follow_up = 'due' then queue.suggested_text end as text
from judged
left join operations.callback_queue as queue on queue.caller = judged.caller
