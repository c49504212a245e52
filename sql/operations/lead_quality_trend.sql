-- How the leads of each week turned out. One row per week.
-- grain:    week
-- plan:     6.1.7
-- audits:   unique(grain), not_null(week), qualified_rate between 0 and 1, win_rate between 0 and 1
-- example:  select week, leads, qualified_rate, change from operations.lead_quality_trend where is_complete order by week desc limit 12
-- columns:
--   week             Monday of the week the leads came in.
--   leads            Leads.
--   qualified_rate   Share that became an opportunity so far.
--   win_rate         Share of the decided that was won; NULL while none is decided.
--   bad_rate         Share in operations.bad_leads.
--   median_minutes   Minutes to the first touch, half of the leads being touched sooner; NULL without a touch.
--   revenue          Revenue of the won leads, reporting currency.
--   change           qualified_rate less that of the four weeks before together; NULL for the first.
--   is_complete      Whether 30 days have passed since the week, so that most leads had their chance.
with leads as (
    select
        date_trunc('week', outcomes.created_on)::date as week,
        outcomes.is_qualified,
        outcomes.outcome,
        outcomes.minutes_to_touch,
        outcomes.revenue,
        bad.lead_id is not null as is_bad
    from operations.lead_outcomes as outcomes
    left join operations.bad_leads as bad on bad.lead_id = outcomes.lead_id
),

weekly as (
    select
        week,
        count(*) as leads,
        count(*) filter (where is_qualified) as qualified,
        count(*) filter (where outcome <> 'open') as decided,
        count(*) filter (where outcome = 'won') as won,
        count(*) filter (where is_bad) as bad,
        percentile_cont(0.5) within group (order by minutes_to_touch) as median_minutes,
        sum(revenue) filter (where outcome = 'won') as revenue
    from leads
    group by week
),

compared as (
    select
        *,
        sum(qualified) over four_weeks_before as earlier_qualified,
        sum(leads) over four_weeks_before as earlier_leads
    from weekly
    window four_weeks_before as (order by week range between interval '28 days' preceding and interval '7 days' preceding)
)

select
    compared.week,
    compared.leads::bigint as leads,
    compared.qualified::double precision / compared.leads as qualified_rate,
    compared.won::double precision / nullif(compared.decided, 0) as win_rate,
    compared.bad::double precision / compared.leads as bad_rate,
    compared.median_minutes,
    coalesce(compared.revenue, 0)::decimal(18, 4) as revenue,
    compared.qualified::double precision / compared.leads
        - compared.earlier_qualified::double precision / nullif(compared.earlier_leads, 0) as change,
    compared.week + 37 <= clock.today as is_complete
from compared
cross join core.clock as clock
