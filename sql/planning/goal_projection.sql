-- Where goals stand and where they end at the pace so far. One row per goal.
-- grain:    goal_id
-- plan:     4.1.5
-- audits:   unique(grain), not_null(goal_id, metric, status), elapsed between 0 and 1
-- example:  select metric, period_end, goal, actual, projected, status from planning.goal_projection where not is_complete order by period_end
-- columns:
--   goal_id           The goal in core.goals of kind goal for the whole business, its newest version.
--   metric            revenue, orders, new_customers or spend.
--   period_start      First day.
--   period_end        Last day.
--   unit              money (in the reporting currency) or count.
--   goal              What is aimed at.
--   actual            What came until today.
--   elapsed           Share of the period that is over, 0 to 1.
--   projected         What the period comes to at the pace of its days that are over; NULL before the first is.
--   attainment        projected / goal; NULL where one of them is missing.
--   required_per_day  What every day left, today included, must bring; 0 once the goal is reached.
--   status            reached, missed (the period is over), on track (projected reaches the goal), at risk (at least 90 % of it),
--                     off track, or not started.
--   is_complete       Whether the period is over.
with figures as (
    select
        *,
        period_end - period_start + 1 as days,
        greatest(0, least(period_end + 1, today) - period_start) as days_over
    from planning.plan_actuals
    where kind = 'goal'
),

projections as (
    select *, case when days_over > 0 then actual / days_over * days end as projected from figures
)

select
    goal_id,
    metric,
    period_start,
    period_end,
    unit,
    value::decimal(18, 4) as goal,
    actual::decimal(18, 4) as actual,
    days_over::double precision / days as elapsed,
    projected::decimal(18, 4) as projected,
    (projected / nullif(value, 0))::double precision as attainment,
    case
        when actual >= value then 0::decimal(18, 4)
        when period_end >= today then ((value - actual) / (period_end - greatest(today, period_start) + 1))::decimal(18, 4)
    end as required_per_day,
    case
        when actual >= value then 'reached'
        when period_end < today then 'missed'
        when days_over = 0 then 'not started'
        when projected >= value then 'on track'
        when projected >= 0.9 * value then 'at risk'
        else 'off track'
    end as status,
    period_end < today as is_complete
from projections
