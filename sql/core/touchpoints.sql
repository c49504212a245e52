-- Contacts between people and the marketing: the first event of each visit, clicks, opens and impressions, and calls
-- to tracked numbers. Messages that were sent twice count once. One row per touch.
-- grain:    touchpoint_id
-- refresh:  on change
-- plan:     1.1.1, 1.1.7, 2.2.4
-- audits:   unique(grain), not_null(touchpoint_id, ts, visitor_id, channel)
-- example:  select channel, count(*) from core.touchpoints group by channel order by 2 desc
-- columns:
--   touchpoint_id  Id of the event or call.
--   ts             When, UTC.
--   customer_id    The canonical party; NULL while nobody knows whose visit it was.
--   visitor_id     customer_id, or the browser where that is not known.
--   channel        Marketing channel.
--   campaign_id    Node of core.campaigns; NULL where nothing is paid.
--   campaign       Its name.
--   type           page, click, email_open and so on; call.
--   device         mobile, desktop, tablet or phone.
--   country        ISO 3166-1 alpha-2 code of where the visitor was.
with landings as (
    select
        id,
        ts,
        party_id,
        anonymous_id,
        channel,
        campaign_id,
        type,
        device,
        country,
        lag(id) over (partition by party_id order by ts, id) as previous_id
    from core.events
    where channel is not null and deleted_at is null
),

touches as (
    select
        e.id,
        e.ts,
        coalesce(l.canonical_id, e.party_id, v.customer_id) as customer_id,
        e.anonymous_id,
        e.channel,
        e.campaign_id,
        e.type,
        e.device,
        e.country
    from landings as e
    left join core.party_links as l on l.party_id = e.party_id
    left join core.visitor_links as v on v.anonymous_id = e.anonymous_id
    where e.previous_id is distinct from e.id

    union all

    select
        i.id,
        i.started_at,
        coalesce(l.canonical_id, i.party_id),
        i.from_addr,
        c.channel,
        i.campaign_id,
        'call',
        'phone',
        null
    from core.interactions as i
    join core.campaigns as c on c.id = i.campaign_id
    left join core.party_links as l on l.party_id = i.party_id
    where i.kind = 'call' and i.direction = 'in' and i.deleted_at is null
)

select
    t.id as touchpoint_id,
    t.ts,
    t.customer_id,
    coalesce(t.customer_id, t.anonymous_id, t.id) as visitor_id,
    t.channel,
    t.campaign_id,
    c.name as campaign,
    t.type,
    t.device,
    t.country
from touches as t
left join core.campaigns as c on c.id = t.campaign_id
