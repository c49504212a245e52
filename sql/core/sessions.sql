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
    -- Few and narrow columns are put in order; what a visit began with is looked up by its first event afterwards.
    select
        e.id,
        e.ts,
        coalesce(l.canonical_id, e.party_id, v.customer_id, e.anonymous_id, e.id) as visitor_id,
        coalesce(l.canonical_id, e.party_id, v.customer_id) is not null as is_known,
        e.type in ('page', 'screen') as is_page,
        e.name = 'Order Completed' as is_order,
        e.campaign_id,
        case when e.name = 'Order Completed' then e.value end as value
    from core.events as e
    left join core.party_links as l on l.party_id = e.party_id
    left join core.visitor_links as v on v.anonymous_id = e.anonymous_id
    where e.deleted_at is null and e.type in ('page', 'screen', 'track', 'identify', 'click')
),

ordered as (
    select
        *,
        lag(id) over visitor as previous_id,
        lag(ts) over visitor as previous_ts,
        last_value(campaign_id) ignore nulls over (
            partition by visitor_id order by ts, id rows between unbounded preceding and 1 preceding
        ) as running_campaign
    from messages
    window visitor as (partition by visitor_id order by ts, id)
),

marked as (
    select
        *,
        case
            when previous_ts is null then 1
            when ts - previous_ts > interval '30 minutes' then 1
            -- A campaign lasts until another one comes.
            when campaign_id is not null and campaign_id is distinct from running_campaign then 1
            else 0
        end as begins
    from ordered
    where previous_id is distinct from id
),

numbered as (
    select *, sum(begins) over (partition by visitor_id order by ts, id) as session_no
    from marked
),

visits as (
    select
        visitor_id,
        bool_or(is_known) as is_known,
        min(ts) as started_at,
        max(ts) as ended_at,
        max(case when begins = 1 then id end) as session_id,
        count(*) as events,
        count(*) filter (where is_page) as pageviews,
        count(*) filter (where is_order) as orders,
        sum(value) as value
    from numbered
    group by visitor_id, session_no
)

select
    visits.session_id,
    min(visits.visitor_id) as visitor_id,
    case when bool_or(visits.is_known) then min(visits.visitor_id) end as customer_id,
    min(visits.started_at) as started_at,
    min(visits.ended_at) as ended_at,
    extract(epoch from min(visits.ended_at) - min(visits.started_at))::bigint as duration_s,
    min(visits.events) as events,
    min(visits.pageviews) as pageviews,
    min(visits.orders) as orders,
    min(visits.value) as value,
    coalesce(min(landings.channel), 'Direct') as channel,
    min(landings.campaign_id) as campaign_id,
    min(landings.url) as landing_url,
    min(landings.device) as device,
    min(landings.country) as country
from visits
inner join core.events as landings on landings.id = visits.session_id
group by visits.session_id
