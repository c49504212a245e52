-- Leads and what became of them. One row per lead.
-- grain:    lead_id
-- refresh:  on change
-- plan:     6.1.1, 6.1.3, 8.1.2
-- audits:   unique(grain), not_null(lead_id, created_at, outcome), outcome in ('won', 'lost', 'open')
-- example:  select outcome, count(*) from operations.lead_outcomes group by outcome
-- columns:
--   lead_id           The lead.
--   customer_id       Who it was.
--   owner_id          The sales rep.
--   channel           The channel it came from; (unknown) where nothing says.
--   campaign_id       The campaign it came from.
--   created_at        When it came in, UTC.
--   created_on        The same as a day of the business.
--   is_qualified      Whether it became an opportunity.
--   outcome           won (its opportunity was, or the customer ordered within 90 days), lost or open.
--   lost_reason       Why it was lost.
--   revenue           Orders of the customer within 90 days after, reporting currency; where there is none, the amount of the won
--                     opportunity.
--   first_touch_at    When the business first called, wrote or met after the lead came in, UTC.
--   minutes_to_touch  Minutes until then; NULL when nobody did.
--   touches           Calls, messages and meetings from the business in the first 30 days.
with ordered as (
    select leads.lead_id, count(*) as orders, sum(orders.revenue) as revenue
    from core.leads as leads
    inner join core.orders as orders
        on orders.customer_id = leads.customer_id
        and orders.ordered_at >= leads.created_at
        and orders.ordered_at <= leads.created_at + interval '90 days'
    group by leads.lead_id
),

contacts as (
    select coalesce(links.canonical_id, talks.party_id) as customer_id, talks.started_at
    from core.interactions as talks
    left join core.party_links as links on links.party_id = talks.party_id
    where talks.direction = 'out' and talks.party_id is not null and talks.deleted_at is null
),

touched as (
    select leads.lead_id, min(contacts.started_at) as first_touch_at, count(*) as touches
    from core.leads as leads
    inner join contacts
        on contacts.customer_id = leads.customer_id
        and contacts.started_at >= leads.created_at
        and contacts.started_at <= leads.created_at + interval '30 days'
    group by leads.lead_id
)

select
    leads.lead_id,
    leads.customer_id,
    leads.owner_id,
    coalesce(leads.channel, '(unknown)') as channel,
    leads.campaign_id,
    leads.created_at,
    leads.created_on,
    leads.opportunity_id is not null or leads.status = 'won' as is_qualified,
    case
        when leads.opportunity_status = 'won' or ordered.orders > 0 then 'won'
        when leads.status = 'lost' or leads.opportunity_status = 'lost' then 'lost'
        else 'open'
    end as outcome,
    leads.lost_reason,
    coalesce(ordered.revenue, case when leads.opportunity_status = 'won' then leads.amount end, 0)::decimal(18, 4) as revenue,
    touched.first_touch_at,
    (extract(epoch from touched.first_touch_at - leads.created_at) / 60)::double precision as minutes_to_touch,
    coalesce(touched.touches, 0)::bigint as touches
from core.leads as leads
left join ordered on ordered.lead_id = leads.lead_id
left join touched on touched.lead_id = leads.lead_id
