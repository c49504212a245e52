-- The open pipeline by stage: what is in it, what it is worth, what is stuck. One row per pipeline and stage with open deals.
-- grain:    pipeline, stage
-- plan:     6.2.4
-- audits:   unique(grain), not_null(pipeline, stage), deals >= 1, stuck <= deals
-- example:  select stage, deals, amount, weighted_amount, stuck, overdue from operations.pipeline_health order by amount desc
-- columns:
--   pipeline         Which pipeline.
--   stage            The stage.
--   deals            Open opportunities in it.
--   amount           Their amount, reporting currency.
--   weighted_amount  Amount × chance of winning: what the source says, else the share of decided opportunities that was won.
--   mean_days        Mean days that they are in the stage; since they began where no change is known.
--   usual_days       Days that deals stayed in the stage before they went on, half of them less; NULL where none did.
--   stuck            Deals that are in it more than twice as long as usual.
--   overdue          Deals that should have been decided before today.
--   idle             Deals nobody called, wrote to or met for 14 days.
with won_rate as (
    select
        (count(*) filter (where status = 'won'))::double precision / nullif(count(*) filter (where status in ('won', 'lost')), 0) as rate
    from core.opportunities
),

entered as (
    select deal_id, stage, max(entered_at) as entered_at from core.deal_stage_history where left_at is null group by deal_id, stage
),

usual as (
    select stage, percentile_cont(0.5) within group (order by days::double precision) as usual_days
    from core.deal_stage_history
    where days is not null
    group by stage
),

contacts as (
    select coalesce(links.canonical_id, talks.party_id) as customer_id, max(talks.started_at) as last_at
    from core.interactions as talks
    left join core.party_links as links on links.party_id = talks.party_id
    where talks.direction = 'out' and talks.party_id is not null and talks.deleted_at is null
    group by coalesce(links.canonical_id, talks.party_id)
),

open_deals as (
    select
        deals.pipeline,
        deals.stage,
        deals.amount,
        coalesce(deals.probability, won_rate.rate) as probability,
        extract(epoch from clock.as_of - coalesce(entered.entered_at, deals.created_at))::double precision / 86400 as days,
        usual.usual_days,
        deals.expected_close_on < clock.today as is_overdue,
        coalesce(contacts.last_at, deals.created_at) < clock.as_of - interval '14 days' as is_idle
    from core.opportunities as deals
    cross join won_rate
    cross join core.clock as clock
    left join entered on entered.deal_id = deals.deal_id and entered.stage = deals.stage
    left join usual on usual.stage = deals.stage
    left join contacts on contacts.customer_id = deals.customer_id
    where deals.status = 'open'
)

select
    pipeline,
    stage,
    count(*)::bigint as deals,
    coalesce(sum(amount), 0)::decimal(18, 4) as amount,
    coalesce(sum(amount::double precision * probability), 0)::decimal(18, 4) as weighted_amount,
    avg(days) as mean_days,
    min(usual_days) as usual_days,
    (count(*) filter (where days > 2 * usual_days))::bigint as stuck,
    (count(*) filter (where is_overdue))::bigint as overdue,
    (count(*) filter (where is_idle))::bigint as idle
from open_deals
group by pipeline, stage
