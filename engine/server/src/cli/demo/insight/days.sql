-- Days with far more or far fewer visits than the same day of the week has in the weeks around.
-- One row per day.
with visits as (
    select
        (ts at time zone 'America/New_York')::date as day,
        count(distinct id) as visits
    from core.events
    where type = 'page' and channel is not null
    group by 1
),

calendar as (
    select g.day::date as day
    from generate_series((select min(day) from visits), (select max(day) from visits), interval '1 day') as g(day)
),

around as (
    select
        c.day,
        coalesce(v.visits, 0) as visits,
        avg(coalesce(v.visits, 0)) over (
            partition by extract(isodow from c.day) order by c.day rows between 4 preceding and 4 following
        ) as usual
    from calendar as c
    left join visits as v on v.day = c.day
)

select
    day,
    visits,
    round(usual, 1) as usual,
    round((visits - usual) / sqrt(usual + 1), 1) as deviations
from around
order by abs(visits - usual) / sqrt(usual + 1) desc, day
limit 5
