-- People at the telephone against the work that calls bring, by weekday and hour over the last thirteen weeks. One row per
-- weekday and hour with calls or shifts.
-- grain:    weekday, hour
-- plan:     3.3.4, 3.3.7, 4.3.2
-- audits:   unique(grain), not_null(weekday, hour), agents_planned >= 0, calls_per_hour >= 0
-- example:  select weekday, hour, calls_per_hour, agents_planned, agents_busy, state from operations.call_capacity
--           where state in ('nobody', 'too few') order by weekday, hour
-- columns:
--   weekday         Day of the week of the business, 1 Monday to 7 Sunday.
--   hour            Hour of the business's day, 0 to 23.
--   calls_per_hour  Calls that come in during the hour, on average.
--   handle_seconds  Mean seconds of ringing and talk of answered calls of all hours; 180 where none is known.
--   agents_busy     Telephones busy at once on average: calls_per_hour × handle_seconds / 3600, in erlang.
--   agents_planned  People whose shifts cover the hour, on average.
--   occupancy       agents_busy / agents_planned; NULL without anybody.
--   miss_rate       Share of the calls that were missed; NULL without calls.
--   state           nobody (calls, but no shift), too few (occupancy above 0.7, or the 95 % interval of miss_rate all above
--                   a fifth), enough, or idle (a shift, but no calls).
with span as (
    select clock.today - 91 as first_on, clock.today from core.clock as clock where clock.today is not null
),

hours as (
    select generate_series(0, 23) as hour
),

-- Weeks that the telephone or the shifts are known for.
weeks as (
    select greatest((span.today - least(min(known.first_on), span.today - 7)) / 7.0, 1) as weeks
    from span
    left join (
        select min(started_on) as first_on from core.calls
        union all
        select min(start_on) from core.shifts
    ) as known on known.first_on is not null
    group by span.today, span.first_on
),

bounded as (
    select least(weeks, 13) as weeks from weeks
),

called as (
    select
        calls.weekday,
        calls.hour,
        count(*) as calls,
        count(*) filter (where calls.missed) as missed,
        csat(case when calls.missed then 1 else 0 end, 1) as missed_rate
    from core.calls as calls
    inner join span on calls.started_on >= span.first_on and calls.started_on < span.today
    where calls.direction = 'in'
    group by calls.weekday, calls.hour
),

handled as (
    select coalesce(avg(coalesce(ring_s, 0) + talk_s) filter (where direction = 'in' and not missed and talk_s > 0), 180) as seconds
    from core.calls
),

planned as (
    select shifts.weekday, hours.hour, count(*) as shifts
    from core.shifts as shifts
    inner join span on shifts.start_on >= span.first_on and shifts.start_on < span.today
    inner join hours on hours.hour >= shifts.start_hour and hours.hour < shifts.end_hour
    group by shifts.weekday, hours.hour
),

together as (
    select
        coalesce(called.weekday, planned.weekday) as weekday,
        coalesce(called.hour, planned.hour) as hour,
        coalesce(called.calls, 0) as calls,
        coalesce(called.missed, 0) as missed,
        (called.missed_rate).ci_low as surely_missed,
        coalesce(planned.shifts, 0) as shifts
    from called
    full join planned on planned.weekday = called.weekday and planned.hour = called.hour
),

figures as (
    select
        together.weekday,
        together.hour,
        together.calls,
        together.missed,
        together.surely_missed,
        (together.calls / bounded.weeks)::double precision as calls_per_hour,
        handled.seconds::double precision as handle_seconds,
        (together.calls / bounded.weeks)::double precision * handled.seconds::double precision / 3600 as agents_busy,
        (together.shifts / bounded.weeks)::double precision as agents_planned
    from together
    cross join bounded
    cross join handled
)

select
    weekday,
    hour::int as hour,
    calls_per_hour,
    handle_seconds,
    agents_busy,
    agents_planned,
    agents_busy / nullif(agents_planned, 0) as occupancy,
    missed::double precision / nullif(calls, 0) as miss_rate,
    case
        when calls = 0 then 'idle'
        when agents_planned = 0 then 'nobody'
        when agents_busy > 0.7 * agents_planned or surely_missed > 0.2 then 'too few'
        else 'enough'
    end as state
from figures
