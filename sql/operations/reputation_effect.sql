-- Whether revenue follows the stars: mean stars of a month against the revenue of the next. One row per month with a review.
-- grain:    month
-- plan:     6.3.7
-- audits:   unique(grain), not_null(month, stars), correlation between -1.000001 and 1.000001
-- example:  select month, stars, next_revenue, revenue_per_star, correlation from operations.reputation_effect order by month desc limit 12
-- columns:
--   month             First day of the month, business-local.
--   stars             Mean stars of its reviews of the business, on a scale to 5.
--   next_revenue      Revenue of the month after, reporting currency; NULL while that is open.
--   revenue_per_star  Slope of next_revenue over stars, all complete months, reporting currency a star; going together, not
--                     proof of a cause; NULL with fewer than 6 months.
--   correlation       Pearson's correlation of the two, -1 to 1; NULL as the slope.
--   n                 Months that both rest on.
with stars as (
    select month, sum(mean_stars * reviews) / sum(reviews) as stars
    from operations.reviews
    group by month
),

earned as (
    select date_trunc('month', ordered_on)::date as month, sum(revenue) as revenue from core.orders group by date_trunc('month', ordered_on)
),

pairs as (
    select
        stars.month,
        stars.stars,
        case when (stars.month + interval '2 months')::date <= clock.today then coalesce(earned.revenue, 0) end as next_revenue
    from stars
    cross join core.clock as clock
    left join earned on earned.month = (stars.month + interval '1 month')::date
),

fit as (
    select
        count(next_revenue) as n,
        regr_slope(next_revenue::double precision, stars) as slope,
        corr(next_revenue::double precision, stars) as correlation
    from pairs
    where next_revenue is not null
)

select
    pairs.month,
    pairs.stars,
    pairs.next_revenue::decimal(18, 4) as next_revenue,
    case when fit.n >= 6 and fit.slope between -1e13 and 1e13 then fit.slope::decimal(18, 4) end as revenue_per_star,
    case when fit.n >= 6 and fit.correlation between -1.000001 and 1.000001 then fit.correlation end as correlation,
    fit.n::bigint as n
from pairs
cross join fit
