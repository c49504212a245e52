-- Leads that cost work and will bring nothing, and how that shows. One row per lead.
-- grain:    lead_id
-- plan:     6.1.4
-- audits:   unique(grain), not_null(lead_id, reason)
-- example:  select channel, reason, count(*) from operations.bad_leads group by channel, reason order by 3 desc
-- columns:
--   lead_id      The lead.
--   customer_id  Who it was.
--   channel      The channel it came from.
--   created_on   Day it came in, business-local.
--   reason       unreachable (neither email nor telephone), repeated (the same person came within 30 days before), lost as (with
--                the reason given), or silent (three attempts and 30 days without an outcome).
with leads as (
    select
        outcomes.*,
        parties.email is null and parties.phone is null as is_unreachable,
        lag(outcomes.created_at) over (partition by outcomes.customer_id order by outcomes.created_at, outcomes.lead_id) as previous_at,
        clock.as_of
    from operations.lead_outcomes as outcomes
    left join core.parties as parties on parties.id = outcomes.customer_id
    cross join core.clock as clock
),

reasons as (
    select
        *,
        case
            when is_unreachable then 'unreachable'
            when previous_at > created_at - interval '30 days' then 'repeated'
            when lower(lost_reason) in ('spam', 'wrong_number', 'wrong number', 'fake', 'not_a_fit', 'not a fit', 'out_of_area', 'out of area')
                then 'lost as ' || lower(lost_reason)
            when outcome = 'open' and touches >= 3 and created_at < as_of - interval '30 days' then 'silent'
        end as reason
    from leads
    where outcome <> 'won'
)

select
    lead_id,
    customer_id,
    channel,
    created_on,
    reason
from reasons
where reason is not null
