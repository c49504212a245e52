-- Public reviews of the business, by month and site. One row per month and site.
-- grain:    month, site
-- plan:     6.3.3
-- audits:   unique(grain), not_null(month, site), mean_stars between 0 and 5, reply_rate between 0 and 1
-- example:  select month, site, reviews, mean_stars, running_stars, unanswered_bad from operations.reviews order by month desc, site
-- columns:
--   month                First day of the month, business-local.
--   site                 Where: google, yelp and so on; (unknown) where nothing says.
--   reviews              Reviews.
--   mean_stars           Mean score, on a scale to 5.
--   running_stars        Mean of all reviews of the site up to then: what visitors see.
--   bad                  Reviews of at most 2 stars of 5.
--   unanswered_bad       Of these, not answered yet.
--   reply_rate           Share that was answered.
--   mean_hours_to_reply  Mean hours until then; NULL without an answer.
--   is_complete          Whether the month is over.
with reviews as (
    select
        date_trunc('month', submitted_on)::date as month,
        coalesce(site, '(unknown)') as site,
        5 * score::double precision / scale_max as stars,
        replied_at,
        extract(epoch from replied_at - submitted_at)::double precision / 3600 as hours_to_reply
    from core.reviews
    where competitor_id is null and scale_max > 0
),

monthly as (
    select
        month,
        site,
        count(*) as reviews,
        sum(stars) as stars,
        count(*) filter (where stars <= 2) as bad,
        count(*) filter (where stars <= 2 and replied_at is null) as unanswered_bad,
        count(replied_at) as replied,
        sum(hours_to_reply) as hours_to_reply
    from reviews
    group by month, site
)

select
    monthly.month,
    monthly.site,
    monthly.reviews::bigint as reviews,
    monthly.stars / monthly.reviews as mean_stars,
    sum(monthly.stars) over (partition by monthly.site order by monthly.month)
        / sum(monthly.reviews) over (partition by monthly.site order by monthly.month) as running_stars,
    monthly.bad::bigint as bad,
    monthly.unanswered_bad::bigint as unanswered_bad,
    monthly.replied::double precision / monthly.reviews as reply_rate,
    monthly.hours_to_reply / nullif(monthly.replied, 0) as mean_hours_to_reply,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
