-- Hours of staff of every kind, which core.shifts and core.timesheets show by kind. One row per entry.
-- grain:    entry_id
-- plan:     3.3.4, 4.3.2, 4.3.6, 7.2.3
-- audits:   unique(grain), not_null(entry_id, kind, staff_id, start_at, end_at), hours >= 0
-- example:  select kind, sum(hours) as hours from core.staff_hours group by kind order by kind
-- columns:
--   entry_id      The entry.
--   kind          planned, worked or leave.
--   staff_id      Whose hours.
--   start_at      Begin, UTC.
--   end_at        End, UTC.
--   start_on      The begin as a day of the business.
--   weekday       Day of the week of the business, 1 Monday to 7 Sunday.
--   start_hour    Hour of the business's day it begins, 0 to 23.
--   end_hour      Hour of the business's day it ends, 1 to 24.
--   hours         Hours without the break.
--   org_unit_id   Where.
--   work_item_id  On what.
--   billable      Whether a customer pays for it.
--   cost          What the hours cost the business, reporting currency; NULL without a rate of pay.
--   revenue       What they are billed at, reporting currency; NULL without a rate.
with local as (
    select
        t.*,
        t.start_at at time zone b.tz as start_local,
        t.end_at at time zone b.tz as end_local,
        b.currency as reporting_currency,
        ((extract(epoch from t.end_at - t.start_at) / 60 - t.break_min) / 60)::decimal(18,4) as hours
    from core.time_entries as t
    cross join core.business as b
    where t.deleted_at is null
),

rated as (
    select
        t.*,
        case when t.currency = t.reporting_currency then 1::decimal(18,9) else r.rate end as rate
    from local as t
    left join core.daily_rates as r on r.currency = t.currency and r.on_date = t.start_local::date
)

select
    id as entry_id,
    kind,
    staff_id,
    start_at,
    end_at,
    start_local::date as start_on,
    extract(isodow from start_local)::int as weekday,
    extract(hour from start_local)::int as start_hour,
    case when extract(hour from end_local) = 0 then 24 else ceil(extract(epoch from end_local::time) / 3600)::int end
        as end_hour,
    hours,
    org_unit_id,
    work_item_id,
    billable,
    (hours * pay_rate * rate)::decimal(18,4) as cost,
    (hours * bill_rate * rate)::decimal(18,4) as revenue
from rated
