-- What has changed at competitors: each observation against the one before. One row per competitor, metric, place, segment and day of
-- a change.
-- grain:    subject_id, metric, geo, segment, as_of
-- plan:     3.1.7
-- audits:   unique(grain), not_null(subject_id, metric, as_of, value)
-- example:  select as_of, competitor, metric, previous, value, change from signals.competitor_changes where is_large order by as_of desc
-- columns:
--   subject_id   The competitor; (unknown) where nothing says.
--   competitor   Its name.
--   metric       What was observed: price, rank, rating and so on.
--   geo          Place it holds for; all where nothing says.
--   segment      Product or class it holds for; all where nothing says.
--   as_of        Day of the observation.
--   previous_on  Day of the one before.
--   previous     Value of the one before, in `unit`.
--   value        Value, in `unit`; the mean where several were published for the day.
--   unit         money, percent, count or rank.
--   change       value / previous - 1; NULL where the one before was zero.
--   is_large     Whether it moved by a tenth or more.
with daily as (
    select
        coalesce(subject_id, '(unknown)') as subject_id,
        metric,
        coalesce(geo, 'all') as geo,
        coalesce(segment, 'all') as segment,
        unit,
        as_of,
        avg(value)::decimal(18, 6) as value
    from core.observations
    where subject = 'competitor' and deleted_at is null
    group by coalesce(subject_id, '(unknown)'), metric, coalesce(geo, 'all'), coalesce(segment, 'all'), unit, as_of
),

compared as (
    select
        *,
        lag(value) over series as previous,
        lag(as_of) over series as previous_on
    from daily
    window series as (partition by subject_id, metric, geo, segment order by as_of)
)

select
    compared.subject_id,
    parties.name as competitor,
    compared.metric,
    compared.geo,
    compared.segment,
    compared.as_of,
    compared.previous_on,
    compared.previous,
    compared.value,
    compared.unit,
    (compared.value / nullif(compared.previous, 0))::double precision - 1 as change,
    abs(compared.value - compared.previous) >= 0.1 * abs(compared.previous) as is_large
from compared
left join core.parties as parties on parties.id = compared.subject_id
where compared.previous is not null and compared.value <> compared.previous
