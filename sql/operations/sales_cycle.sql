-- How long deals stay in each stage, and how many go on. One row per stage.
-- grain:    stage
-- plan:     6.2.6
-- audits:   unique(grain), not_null(stage), entered >= left_stage
-- example:  select stage, entered, median_days, p90_days, mean_days_won from operations.sales_cycle order by mean_place
-- columns:
--   stage           The stage.
--   mean_place      Place at which deals come to it on average, from 1.
--   entered         Stays of deals in it.
--   left_stage      Of these, stays that are over.
--   median_days     Days of those, half of them shorter; NULL while none is over.
--   p90_days        Days within which nine in ten were over.
--   mean_days_won   Mean days of deals that were won; NULL without one.
--   mean_days_lost  Mean days of deals that were lost; NULL without one.
with stays as (
    select
        history.deal_id,
        history.stage,
        history.days::double precision as days,
        deals.status,
        row_number() over (partition by history.deal_id order by history.entered_at) as place
    from core.deal_stage_history as history
    inner join core.deals as deals on deals.id = history.deal_id
)

select
    stage,
    avg(place)::double precision as mean_place,
    count(*)::bigint as entered,
    count(days)::bigint as left_stage,
    percentile_cont(0.5) within group (order by days) as median_days,
    percentile_cont(0.9) within group (order by days) as p90_days,
    (sum(days) filter (where status = 'won')) / nullif(count(days) filter (where status = 'won'), 0) as mean_days_won,
    (sum(days) filter (where status = 'lost')) / nullif(count(days) filter (where status = 'lost'), 0) as mean_days_lost
from stays
group by stage
