-- Whether visits lead to orders as often as they did, by channel and device. One row per week, dimension and value.
-- grain:    week, dimension, value
-- plan:     3.1.4
-- audits:   unique(grain), not_null(week, dimension, value), rate between 0 and 1, p_value between 0 and 1
-- example:  select week, dimension, value, rate, usual_rate, p_value from signals.conversion_rate_change where is_change order by week desc
-- columns:
--   week         Monday of the week.
--   dimension    all, channel or device.
--   value        The channel or device; all.
--   visits       Visits.
--   ordering     Of these, visits with an order.
--   rate         ordering / visits.
--   usual_rate   The same of the four weeks before together; NULL without a visit in them.
--   change       rate / usual_rate - 1; NULL where nothing is usual.
--   z            Difference of the two rates in standard deviations (pooled); NULL where they are alike and certain.
--   p_value      Of such a difference by chance, two-sided, from the normal distribution; NULL as z.
--   is_change    Whether p_value is below 0.001 and the rate moved by a fifth or more, in a complete week.
--   is_complete  Whether the week is over.
with visits as (
    select
        date_trunc('week', sessions.started_at at time zone business.tz)::date as week,
        sessions.channel,
        coalesce(sessions.device, '(unknown)') as device,
        case when sessions.orders > 0 then 1 else 0 end as ordering
    from core.sessions as sessions
    cross join core.business as business
),

weekly as (
    select
        visits.week,
        dimensions.dimension,
        case dimensions.dimension when 'channel' then visits.channel when 'device' then visits.device else 'all' end as value,
        count(*)::double precision as visits,
        sum(visits.ordering)::double precision as ordering
    from visits
    cross join (values ('all'), ('channel'), ('device')) as dimensions (dimension)
    group by 1, 2, 3
),

compared as (
    select
        *,
        sum(visits) over four_weeks_before as earlier_visits,
        sum(ordering) over four_weeks_before as earlier_ordering
    from weekly
    window four_weeks_before as (
        partition by dimension, value order by week range between interval '28 days' preceding and interval '7 days' preceding
    )
),

pooled as (
    select
        *,
        ordering / visits as rate,
        earlier_ordering / earlier_visits as usual_rate,
        (ordering + earlier_ordering) / (visits + earlier_visits) as overall
    from compared
),

tested as (
    select
        *,
        (rate - usual_rate) / nullif(sqrt(overall * (1 - overall) * (1 / visits + 1 / earlier_visits)), 0) as z
    from pooled
),

-- The normal tail by Abramowitz & Stegun 26.2.17, exact to seven digits.
tailed as (
    select *, 1 / (1 + 0.2316419 * abs(z)) as t from tested
),

judged as (
    select
        *,
        -- What is smaller than e^-700 is too small for a number.
        least(1, 2 * exp(greatest(-z * z / 2, -700)) / 2.5066282746
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))) as p_value
    from tailed
)

select
    judged.week,
    judged.dimension,
    judged.value,
    judged.visits::bigint as visits,
    judged.ordering::bigint as ordering,
    judged.rate,
    judged.usual_rate,
    judged.rate / nullif(judged.usual_rate, 0) - 1 as change,
    judged.z,
    judged.p_value,
    coalesce(
        judged.week + 7 <= clock.today and judged.p_value < 0.001 and abs(judged.rate - judged.usual_rate) >= 0.2 * judged.usual_rate, false
    ) as is_change,
    judged.week + 7 <= clock.today as is_complete
from judged
cross join core.clock as clock
