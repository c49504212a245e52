-- What a unit of each currency is worth in the reporting currency, on every day from its first rate on; days without
-- a rate take the last one before. One row per currency and day. The reporting currency itself has no rows.
-- grain:    currency, on_date
-- plan:     1.2.1, 7.1.1
-- audits:   unique(grain), not_null(currency, on_date, rate), rate > 0
-- example:  select on_date, currency, rate from core.daily_rates order by on_date desc limit 10
-- columns:
--   currency  ISO 4217 code.
--   on_date   Day.
--   rate      Units of the reporting currency for one unit of `currency`.
with reporting as (
    select currency from core.business
),

quoted as (
    select r.base as currency, r.on_date, r.rate
    from core.fx_rates as r
    join reporting as b on b.currency = r.quote
    where r.deleted_at is null and r.base <> r.quote
    union all
    select r.quote as currency, r.on_date, (1 / r.rate)::decimal(18,9) as rate
    from core.fx_rates as r
    join reporting as b on b.currency = r.base
    where r.deleted_at is null and r.base <> r.quote
),

daily as (
    select currency, on_date, avg(rate)::decimal(18,9) as rate
    from quoted
    group by currency, on_date
),

spans as (
    select
        currency,
        on_date,
        rate,
        -- The last rate holds for another year, so that today's amounts find one.
        coalesce(lead(on_date) over (partition by currency order by on_date), on_date + 366) as next_date
    from daily
)

select
    s.currency,
    s.on_date + g.days as on_date,
    s.rate
from spans as s
cross join lateral generate_series(0, s.next_date - s.on_date - 1) as g(days)
