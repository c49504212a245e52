-- Visits: events of one visitor without a pause of more than 30 minutes and without another campaign in between.
-- Messages that were sent twice count once. One row per visit.
-- grain:    session_id
-- refresh:  on change
-- plan:     1.1.7, 2.2.1, 2.2.2, 2.2.8
-- audits:   unique(grain), not_null(visitor_id, started_at), ended_at >= started_at, events > 0
-- example:  select channel, count(*), avg(orders) from core.sessions group by channel order by 2 desc
-- columns:
--   session_id   Id of the visit's first event.
--   visitor_id   customer_id, or the browser where that is not known.
--   customer_id  The canonical party; NULL while nobody knows whose visit it was.
--   started_at   Its first event, UTC.
--   ended_at     Its last event, UTC.
--   duration_s   Seconds between the two.
--   events       Events in it.
--   pageviews    Of these, pages.
--   orders       Of these, completed orders.
--   value        What these were worth by the tracking, in the currencies of the events.
--   channel      What brought the visitor; Direct where nothing says.
--   campaign_id  The campaign that did; NULL where nothing is paid.
--   landing_url  The first page.
--   device       mobile, desktop or tablet.
--   country      ISO 3166-1 alpha-2 code of where the visitor was.
with messages as (
    select
        e.id,
        e.ts,
        coalesce(l.canonical_id, e.party_id, v.customer_id) as customer_id,
        coalesce(l.canonical_id, e.party_id, v.customer_id, e.anonymous_id, e.id) as visitor_id,
        e.type,
        e.name,
        e.channel,
        e.campaign_id,
        e.url,
        e.value,
        e.device,
        e.country
    from core.events as e
    left join core.party_links as l on l.party_id = e.party_id
    left join core.visitor_links as v on v.anonymous_id = e.anonymous_id
    where e.deleted_at is null and e.type in ('page', 'screen', 'track', 'identify', 'click')
),

ordered as (
    select
        *,
        lag(id) over (partition by visitor_id order by ts, id) as previous_id,
        lag(ts) over (partition by visitor_id order by ts, id) as previous_ts,
        -- A campaign lasts until another one comes; the running count of landings numbers them.
        sum(case when campaign_id is null then 0 else 1 end)
            over (partition by visitor_id order by ts, id) as landing
    from messages
),

marked as (
    select
        *,
        case
            when previous_ts is null then 1
            when ts - previous_ts > interval '30 minutes' then 1
            when campaign_id is not null and campaign_id is distinct from lag(running_campaign)
                over (partition by visitor_id order by ts, id) then 1
            else 0
        end as begins
    from (
        select *, max(campaign_id) over (partition by visitor_id, landing) as running_campaign
        from ordered
        where previous_id is distinct from id
    ) as campaigns
),

numbered as (
    select
        *,
        sum(begins) over (partition by visitor_id order by ts, id) as session_no
    from marked
)

select
    first_value(id order by ts, id) as session_id,
    visitor_id,
    max(customer_id) as customer_id,
    min(ts) as started_at,
    max(ts) as ended_at,
    extract(epoch from max(ts) - min(ts))::bigint as duration_s,
    count(*) as events,
    count(*) filter (where type in ('page', 'screen')) as pageviews,
    count(*) filter (where name = 'Order Completed') as orders,
    sum(value) filter (where name = 'Order Completed') as value,
    coalesce(first_value(channel order by ts, id), 'Direct') as channel,
    first_value(campaign_id order by ts, id) as campaign_id,
    first_value(url order by ts, id) as landing_url,
    first_value(device order by ts, id) as device,
    first_value(country order by ts, id) as country
from numbered
group by visitor_id, session_no
