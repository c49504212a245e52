-- Hours that staff were planned for. One row per shift.
-- grain:    shift_id
-- plan:     3.3.4, 4.3.2
-- audits:   unique(grain), not_null(shift_id, staff_id, start_at, end_at), hours >= 0
-- example:  select staff_id, sum(hours) from core.shifts group by staff_id order by 2 desc
-- columns:
--   shift_id      The entry.
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
select
    entry_id as shift_id,
    staff_id,
    start_at,
    end_at,
    start_on,
    weekday,
    start_hour,
    end_hour,
    hours,
    org_unit_id,
    work_item_id,
    billable,
    cost,
    revenue
from core.staff_hours
where kind = 'planned'
