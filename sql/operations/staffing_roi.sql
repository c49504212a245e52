-- What one more person at the telephone would cost and save in each hour of the week. One row per weekday and hour with lost
-- calls in the last thirteen weeks.
-- grain:    weekday, hour
-- plan:     3.3.8
-- audits:   unique(grain), not_null(weekday, hour), lost_per_week >= 0
-- example:  select weekday, hour, saved_revenue, cost, roi from operations.staffing_roi where is_worth_it order by roi desc
-- columns:
--   weekday         Day of the week of the business, 1 Monday to 7 Sunday.
--   hour            Hour of the business's day, 0 to 23.
--   lost_per_week   Missed calls in a week whose callers were never reached.
--   saved_calls     Of these, calls one more person would answer: the hour's calls over the time they take, at most all of them.
--   saved_revenue   saved_calls × revenue of an answered call, reporting currency a week; NULL where no call's worth is known.
--   cost            Mean cost of an hour of planned work, reporting currency; NULL without a rate of pay.
--   roi             (saved_revenue - cost) / cost; NULL where one of them is.
--   is_worth_it     Whether the saved revenue exceeds the cost; NULL where roi is.
with span as (
    select greatest((max(clock.today) - greatest(min(calls.started_on), max(clock.today) - 91)) / 7.0, 1) as weeks, max(clock.today) as today
    from core.calls as calls
    cross join core.clock as clock
    having count(*) > 0
),

lost as (
    select missed.weekday, missed.hour, count(*) as lost
    from operations.missed_calls as missed
    inner join span on missed.started_on >= span.today - 91 and missed.started_on < span.today
    where missed.state = 'lost'
    group by missed.weekday, missed.hour
),

worth as (
    select (sum(revenue_per_call * calls) / nullif(sum(calls) filter (where revenue_per_call is not null), 0)) as revenue_per_call
    from operations.call_value
),

pay as (
    select sum(cost) / nullif(sum(hours) filter (where cost is not null), 0) as hourly_cost from core.shifts
),

-- Nobody talks more than 70 % of an hour without making others wait.
handled as (
    select
        0.7 * 3600 / coalesce(nullif(avg(coalesce(ring_s, 0) + talk_s) filter (where direction = 'in' and not missed and talk_s > 0), 0), 180)
            as calls_per_hour
    from core.calls
),

figures as (
    select
        lost.weekday,
        lost.hour,
        lost.lost / span.weeks as lost_per_week,
        least(lost.lost / span.weeks, handled.calls_per_hour) as saved_calls,
        worth.revenue_per_call,
        pay.hourly_cost
    from lost
    cross join span
    cross join worth
    cross join pay
    cross join handled
)

select
    weekday,
    hour,
    lost_per_week::double precision as lost_per_week,
    saved_calls::double precision as saved_calls,
    (saved_calls * revenue_per_call)::decimal(18, 4) as saved_revenue,
    hourly_cost::decimal(18, 4) as cost,
    ((saved_calls * revenue_per_call - hourly_cost) / nullif(hourly_cost, 0))::double precision as roi,
    saved_calls * revenue_per_call > hourly_cost as is_worth_it
from figures
