-- Channels whose leads have become dear. One row per week and channel with advertising.
-- grain:    week, channel
-- plan:     3.1.3
-- audits:   unique(grain), not_null(week, channel), spend >= 0, leads >= 0
-- example:  select week, channel, cost_per_lead, usual_cost, change from signals.cost_per_lead_spike where is_spike order by week desc
-- columns:
--   week           Monday of the week.
--   channel        The channel.
--   spend          Cost of advertising, reporting currency.
--   leads          Leads of the channel.
--   cost_per_lead  spend / leads, reporting currency; NULL without leads.
--   usual_cost     The same of the eight weeks before together, reporting currency; NULL without leads in them.
--   usual_leads    Leads that the week's spend would have brought at the usual cost; NULL as usual_cost.
--   change         cost_per_lead / usual_cost - 1; NULL where one of them is.
--   is_spike       Whether leads are so few for the spend that chance explains it in less than one week in a hundred (Poisson,
--                  by its normal approximation with continuity), at five expected leads or more, in a complete week.
--   is_complete    Whether the week is over.
with spent as (
    select date_trunc('week', on_date)::date as week, channel, sum(spend) as spend
    from core.spend
    group by date_trunc('week', on_date), channel
),

came as (
    select date_trunc('week', created_on)::date as week, channel, count(*) as leads
    from core.leads
    where channel is not null
    group by date_trunc('week', created_on), channel
),

weekly as (
    select spent.week, spent.channel, coalesce(spent.spend, 0) as spend, coalesce(came.leads, 0) as leads
    from spent
    left join came on came.week = spent.week and came.channel = spent.channel
),

compared as (
    select
        *,
        sum(spend) over eight_weeks_before as earlier_spend,
        sum(leads) over eight_weeks_before as earlier_leads
    from weekly
    window eight_weeks_before as (
        partition by channel order by week range between interval '56 days' preceding and interval '7 days' preceding
    )
),

figures as (
    select
        *,
        spend / nullif(leads, 0) as cost_per_lead,
        earlier_spend / nullif(earlier_leads, 0) as usual_cost,
        (spend * earlier_leads / nullif(earlier_spend, 0))::double precision as usual_leads
    from compared
)

select
    figures.week,
    figures.channel,
    figures.spend::decimal(18, 4) as spend,
    figures.leads::bigint as leads,
    figures.cost_per_lead::decimal(18, 4) as cost_per_lead,
    figures.usual_cost::decimal(18, 4) as usual_cost,
    case when figures.earlier_leads > 0 then figures.usual_leads end as usual_leads,
    (figures.cost_per_lead / nullif(figures.usual_cost, 0))::double precision - 1 as change,
    -- 2.326 is the normal quantile of 99 %.
    coalesce(
        figures.week + 7 <= clock.today
        and figures.usual_leads >= 5
        and figures.leads + 0.5 < figures.usual_leads - 2.326 * sqrt(figures.usual_leads),
        false
    ) as is_spike,
    figures.week + 7 <= clock.today as is_complete
from figures
cross join core.clock as clock
