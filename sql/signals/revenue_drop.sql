-- Weeks in which revenue fell out of its usual range. One row per complete week with eight weeks before it.
-- grain:    week
-- plan:     3.1.2
-- audits:   unique(grain), not_null(week, revenue, is_drop)
-- example:  select week, revenue, usual_revenue, change, missing_revenue from signals.revenue_drop where is_drop order by week desc
-- columns:
--   week             Monday of the week.
--   revenue          Revenue of its orders, reporting currency.
--   usual_revenue    Median of the eight weeks before, reporting currency.
--   lower_bound      usual_revenue less three robust standard deviations of these weeks (1.4826 × median distance, at least 5 %
--                    of the median), not below 0; reporting currency.
--   change           revenue / usual_revenue - 1; NULL where nothing is usual.
--   is_drop          Whether revenue is below the bound.
--   missing_revenue  usual_revenue - revenue in a drop, else 0; reporting currency.
--   severity         high (half or more is missing), medium (a quarter or more), low, or none.
with weekly as (
    select
        date_trunc('week', daily.on_date)::date as week,
        sum(daily.value)::double precision as revenue,
        count(*) as days
    from signals.metrics_daily as daily
    where daily.metric = 'revenue'
    group by date_trunc('week', daily.on_date)
),

-- The first and the last week may have fewer days.
whole as (
    select week, revenue from weekly where days = 7
),

pairs as (
    select whole.week, whole.revenue, earlier.revenue as earlier_revenue
    from whole
    inner join whole as earlier on earlier.week < whole.week and earlier.week >= whole.week - 56
),

medians as (
    select week, revenue, percentile_cont(0.5) within group (order by earlier_revenue) as usual
    from pairs
    group by week, revenue
    having count(*) = 8
),

spreads as (
    select
        medians.week,
        medians.revenue,
        medians.usual,
        percentile_cont(0.5) within group (order by abs(pairs.earlier_revenue - medians.usual)) as spread
    from medians
    inner join pairs on pairs.week = medians.week
    group by medians.week, medians.revenue, medians.usual
),

bounds as (
    select *, greatest(usual - 3 * greatest(1.4826 * spread, 0.05 * usual), 0) as lower_bound from spreads
)

select
    week,
    revenue::decimal(18, 4) as revenue,
    usual::decimal(18, 4) as usual_revenue,
    lower_bound::decimal(18, 4) as lower_bound,
    revenue / nullif(usual, 0) - 1 as change,
    revenue < lower_bound as is_drop,
    case when revenue < lower_bound then usual - revenue else 0 end::decimal(18, 4) as missing_revenue,
    case
        when not revenue < lower_bound then 'none'
        when revenue <= 0.5 * usual then 'high'
        when revenue <= 0.75 * usual then 'medium'
        else 'low'
    end as severity
from bounds
