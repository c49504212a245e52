-- What people wrote about the business in public; reviews of competitors have a competitor_id. One row per review.
-- grain:    review_id
-- plan:     6.3.3, 6.3.7
-- audits:   unique(grain), not_null(review_id, score, submitted_at)
-- example:  select site, count(*), avg(score) from core.reviews where competitor_id is null group by site
-- columns:
--   review_id      The review.
--   site           Where: google, yelp and so on.
--   customer_id    The canonical party; NULL when not recognised.
--   competitor_id  The competitor it is about; NULL for the business itself.
--   score          Stars given.
--   scale_max      The most there are.
--   text           What was written.
--   submitted_at   When, UTC.
--   submitted_on   The same as a day of the business.
--   replied_at     When the business answered, UTC; NULL when it did not.
select
    f.id as review_id,
    f.site,
    coalesce(l.canonical_id, f.party_id) as customer_id,
    f.subject_id as competitor_id,
    f.score,
    f.scale_max,
    f.text,
    f.submitted_at,
    (f.submitted_at at time zone b.tz)::date as submitted_on,
    f.replied_at
from core.feedback as f
cross join core.business as b
left join core.party_links as l on l.party_id = f.party_id
where f.kind = 'review' and f.deleted_at is null
