-- Answers to how likely customers are to recommend the business, from 0 to 10. One row per answer.
-- grain:    response_id
-- plan:     6.3.2
-- audits:   unique(grain), not_null(response_id, score), score >= 0, score <= 10
-- example:  select date_trunc('month', submitted_on) as month, count(*), avg(score) from core.nps_responses group by 1 order by 1
-- columns:
--   response_id   The answer.
--   customer_id   The canonical party; NULL when not recognised.
--   score         From 0 to 10.
--   text          What was written with it.
--   submitted_at  When, UTC.
--   submitted_on  The same as a day of the business.
--   order_id      The order it is about.
--   job_id        The job it is about.
--   staff_id      The staff member it is about.
select
    f.id as response_id,
    coalesce(l.canonical_id, f.party_id) as customer_id,
    f.score::int as score,
    f.text,
    f.submitted_at,
    (f.submitted_at at time zone b.tz)::date as submitted_on,
    f.document_id as order_id,
    f.work_item_id as job_id,
    f.staff_id
from core.feedback as f
cross join core.business as b
left join core.party_links as l on l.party_id = f.party_id
where f.kind = 'nps' and f.deleted_at is null
