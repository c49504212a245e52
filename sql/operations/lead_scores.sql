-- How likely each open lead is to be won, from how leads like it turned out. One row per open lead.
-- grain:    lead_id
-- plan:     6.1.1, 6.1.2
-- audits:   unique(grain), not_null(lead_id, grade), probability between 0 and 1
-- example:  select lead_id, probability, grade, reason from operations.lead_scores order by probability desc limit 20
-- columns:
--   lead_id      The lead.
--   customer_id  Who it is.
--   channel      The channel it came from.
--   age_days     Days since it came in.
--   probability  Chance of being won: the odds of all decided leads, times what the channel, the speed of the first touch and being
--                a customer already have meant for them, each drawn towards 1 by ten leads' worth; NULL before a lead was won and
--                another lost.
--   score        The same from 0 to 100.
--   grade        A (in the best quarter of the open leads), B, C, D; - without a probability.
--   reason       What raises or lowers the chance most.
--   n            Decided leads that the odds rest on.
with leads as (
    select
        outcomes.lead_id,
        outcomes.customer_id,
        outcomes.channel,
        outcomes.created_at,
        outcomes.outcome,
        case
            when outcomes.minutes_to_touch is null then 'not touched'
            when outcomes.minutes_to_touch <= 60 then 'touched within an hour'
            when outcomes.minutes_to_touch <= 1440 then 'touched within a day'
            else 'touched later'
        end as speed,
        case when customers.first_order_on < outcomes.created_on then 'customer before' else 'new' end as standing
    from operations.lead_outcomes as outcomes
    left join customer.orders_of_customers as customers on customers.customer_id = outcomes.customer_id
),

facts as (
    select
        leads.lead_id,
        leads.outcome,
        traits.trait,
        case traits.trait when 'channel' then leads.channel when 'speed' then leads.speed else leads.standing end as value
    from leads
    cross join (values ('channel'), ('speed'), ('standing')) as traits (trait)
),

base as (
    select
        count(*) filter (where outcome <> 'open') as n,
        count(*) filter (where outcome = 'won')::double precision as won,
        count(*) filter (where outcome = 'lost')::double precision as lost
    from leads
),

-- The odds among leads with a trait over the odds of all, with ten leads of the overall rate added.
effects as (
    select
        facts.trait,
        facts.value,
        ln(
            (count(*) filter (where facts.outcome = 'won') + 10 * min(base.won) / nullif(min(base.n), 0))
            / nullif(count(*) filter (where facts.outcome = 'lost') + 10 * min(base.lost) / nullif(min(base.n), 0), 0)
            / nullif(min(base.won) / nullif(min(base.lost), 0), 0)
        ) as effect
    from facts
    cross join base
    where base.won > 0 and base.lost > 0
    group by facts.trait, facts.value
),

scored as (
    select
        facts.lead_id,
        sum(effects.effect) as effect,
        first_value(facts.trait || ': ' || facts.value order by abs(effects.effect) desc, facts.trait) as reason
    from facts
    inner join effects on effects.trait = facts.trait and effects.value = facts.value
    where facts.outcome = 'open'
    group by facts.lead_id
),

chances as (
    select
        leads.lead_id,
        leads.customer_id,
        leads.channel,
        leads.created_at,
        case when base.won > 0 and base.lost > 0 then 1 / (1 + exp(-(ln(base.won / base.lost) + scored.effect))) end as probability,
        scored.reason,
        base.n
    from leads
    cross join base
    left join scored on scored.lead_id = leads.lead_id
    where leads.outcome = 'open'
)

select
    chances.lead_id,
    chances.customer_id,
    chances.channel,
    (extract(epoch from clock.as_of - chances.created_at) / 86400)::double precision as age_days,
    chances.probability,
    round((100 * chances.probability)::numeric, 0)::int as score,
    case
        when chances.probability is null then '-'
        else substr('ABCD', ntile(4) over (order by chances.probability desc nulls last, chances.lead_id)::int, 1)
    end as grade,
    chances.reason,
    chances.n::bigint as n
from chances
cross join core.clock as clock
