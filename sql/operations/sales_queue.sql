-- What sales should do next: open leads and opportunities, by what they are likely to bring. One row per lead or opportunity.
-- grain:    deal_id
-- plan:     6.1.6, 6.1.2
-- audits:   unique(grain), not_null(deal_id, kind, priority), priority >= 1
-- example:  select priority, kind, name, expected_value, next_step from operations.sales_queue order by priority limit 20
-- columns:
--   priority        Place, from 1: by expected value, then by age.
--   deal_id         The lead or opportunity.
--   kind            lead or opportunity.
--   customer_id     Who it is.
--   name            Full name.
--   owner_id        The sales rep.
--   probability     Chance of being won: of leads operations.lead_scores, of opportunities what the source says, else the share of
--                   decided opportunities that was won.
--   amount          What it would bring, reporting currency: of leads the mean revenue of a won lead.
--   expected_value  probability × amount, reporting currency; NULL where one of them is.
--   age_days        Days since it came in.
--   idle_days       Days since the business last called, wrote or met; since it came in when it never did.
--   next_step       first contact, follow up (nobody has for a week), close (the decision is due) or keep going.
with contacts as (
    select coalesce(links.canonical_id, talks.party_id) as customer_id, max(talks.started_at) as last_at
    from core.interactions as talks
    left join core.party_links as links on links.party_id = talks.party_id
    where talks.direction = 'out' and talks.party_id is not null and talks.deleted_at is null
    group by coalesce(links.canonical_id, talks.party_id)
),

won_leads as (
    select avg(revenue) as revenue from operations.lead_outcomes where outcome = 'won' and revenue > 0
),

won_rate as (
    select
        (count(*) filter (where status = 'won'))::double precision / nullif(count(*) filter (where status in ('won', 'lost')), 0) as rate
    from core.opportunities
),

open_deals as (
    select
        scores.lead_id as deal_id,
        'lead' as kind,
        scores.customer_id,
        outcomes.owner_id,
        outcomes.created_at,
        null::date as expected_close_on,
        scores.probability,
        won_leads.revenue as amount
    from operations.lead_scores as scores
    inner join operations.lead_outcomes as outcomes on outcomes.lead_id = scores.lead_id
    cross join won_leads
    where not outcomes.is_qualified
    union all
    select
        deals.deal_id,
        'opportunity',
        deals.customer_id,
        deals.owner_id,
        deals.created_at,
        deals.expected_close_on,
        coalesce(deals.probability, won_rate.rate),
        deals.amount
    from core.opportunities as deals
    cross join won_rate
    where deals.status = 'open'
),

figures as (
    select
        open_deals.*,
        parties.name,
        contacts.last_at,
        clock.as_of,
        clock.today,
        open_deals.amount::double precision * open_deals.probability as expected_value
    from open_deals
    left join core.parties as parties on parties.id = open_deals.customer_id
    left join contacts on contacts.customer_id = open_deals.customer_id and contacts.last_at >= open_deals.created_at
    cross join core.clock as clock
)

select
    (row_number() over (order by coalesce(expected_value, 0) desc, created_at, deal_id))::bigint as priority,
    deal_id,
    kind,
    customer_id,
    name,
    owner_id,
    probability,
    amount::decimal(18, 4) as amount,
    expected_value::decimal(18, 4) as expected_value,
    (extract(epoch from as_of - created_at) / 86400)::double precision as age_days,
    (extract(epoch from as_of - coalesce(last_at, created_at)) / 86400)::double precision as idle_days,
    case
        when last_at is null then 'first contact'
        when expected_close_on <= today then 'close'
        when last_at < as_of - interval '7 days' then 'follow up'
        else 'keep going'
    end as next_step
from figures
