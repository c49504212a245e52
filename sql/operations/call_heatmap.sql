-- When calls come in, and when they are missed, over the last thirteen weeks. One row per weekday and hour with a call.
-- grain:    weekday, hour
-- plan:     3.3.3
-- audits:   unique(grain), not_null(weekday, hour), weekday between 1 and 7, hour between 0 and 23, miss_rate between 0 and 1
-- example:  select weekday, hour, calls_per_week, miss_rate from operations.call_heatmap order by missed desc limit 10
-- columns:
--   weekday             Day of the week of the business, 1 Monday to 7 Sunday.
--   hour                Hour of the business's day, 0 to 23.
--   calls               Calls that came in.
--   missed              Of these, calls that were not answered.
--   miss_rate           missed / calls.
--   calls_per_week      Calls in a week on average, over the weeks since the first call in these thirteen.
--   mean_talk_seconds   Mean seconds of talk of answered calls; NULL without any.
--   rank                Place by calls, from 1.
with recent as (
    select calls.*, clock.today
    from core.calls as calls
    cross join core.clock as clock
    where calls.direction = 'in' and calls.started_on >= clock.today - 91 and calls.started_on < clock.today
),

span as (
    select greatest((max(today) - min(started_on)) / 7.0, 1) as weeks from recent
),

totals as (
    select
        weekday,
        hour,
        count(*) as calls,
        count(*) filter (where missed) as missed,
        avg(talk_s) filter (where not missed) as mean_talk_seconds
    from recent
    group by weekday, hour
)

select
    totals.weekday,
    totals.hour,
    totals.calls::bigint as calls,
    totals.missed::bigint as missed,
    totals.missed::double precision / totals.calls as miss_rate,
    (totals.calls / span.weeks)::double precision as calls_per_week,
    totals.mean_talk_seconds::double precision as mean_talk_seconds,
    (row_number() over (order by totals.calls desc, totals.weekday, totals.hour))::bigint as rank
from totals
cross join span
