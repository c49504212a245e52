-- Leads that are not ready to buy, and what to do to stay in their mind. One row per open lead that nobody works on.
-- grain:    lead_id
-- plan:     6.1.5
-- audits:   unique(grain), not_null(lead_id, recommendation)
-- example:  select recommendation, count(*) from operations.nurture group by recommendation
-- columns:
--   lead_id         The lead.
--   customer_id     Who it is.
--   name            Full name.
--   channel         The channel it came from.
--   age_days        Days since it came in.
--   visits_30d      Visits in the 30 days before the latest fact.
--   last_visit_at   The last visit, UTC.
--   email_consent   Whether email was agreed to; NULL where nobody asked.
--   recommendation  call now (back on the site within a week), email series (email was agreed to), ask for consent (there is an
--                   address), retarget (visits, but no address) or let rest.
with visits as (
    select
        sessions.customer_id,
        max(sessions.started_at) as last_visit_at,
        count(*) filter (where sessions.started_at > clock.as_of - interval '30 days') as visits_30d
    from core.sessions as sessions
    cross join core.clock as clock
    where sessions.customer_id is not null
    group by sessions.customer_id
),

idle as (
    select deal_id, customer_id, name, age_days from operations.sales_queue where kind = 'lead' and idle_days >= 7
)

select
    idle.deal_id as lead_id,
    idle.customer_id,
    idle.name,
    leads.channel,
    idle.age_days,
    coalesce(visits.visits_30d, 0)::bigint as visits_30d,
    visits.last_visit_at,
    (parties.consent ->> 'email')::boolean as email_consent,
    case
        when visits.last_visit_at > clock.as_of - interval '7 days' then 'call now'
        when (parties.consent ->> 'email')::boolean then 'email series'
        when parties.email is not null then 'ask for consent'
        when visits.visits_30d > 0 then 'retarget'
        else 'let rest'
    end as recommendation
from idle
inner join operations.lead_outcomes as leads on leads.lead_id = idle.deal_id
left join core.parties as parties on parties.id = idle.customer_id
left join visits on visits.customer_id = idle.customer_id
cross join core.clock as clock
