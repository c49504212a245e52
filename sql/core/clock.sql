-- The moment that the facts reach, which reports count as now: a lake that was filled last week answers as of last
-- week. One row.
-- grain:    today
-- plan:     1.2.1
-- audits:   unique(grain)
-- example:  select as_of, today from core.clock
-- columns:
--   as_of  Moment of the latest document, event, talk, deal, payment or day of advertising, UTC; never later than
--          the last change of any of them, so that a date in the future closes nothing. NULL in an empty lake.
--   today  The same as a day of the business. It counts as open: more may come. Days before it are complete.
with latest as (
    select
        greatest(
            (select max(issued_at) from core.documents),
            (select max(ts) from core.events),
            (select max(started_at) from core.interactions),
            (select max(created_at) from core.deals),
            (select max(paid_at) from core.payments),
            (select max(on_date)::timestamptz from core.ad_spend)
        ) as fact_at,
        greatest(
            (select max(updated_at) from core.documents),
            (select max(updated_at) from core.events),
            (select max(updated_at) from core.interactions),
            (select max(updated_at) from core.deals),
            (select max(updated_at) from core.payments),
            (select max(updated_at) from core.ad_spend)
        ) as changed_at
),

reached as (
    select least(fact_at, changed_at) as as_of from latest
)

select
    reached.as_of,
    (reached.as_of at time zone business.tz)::date as today
from reached
cross join core.business as business
