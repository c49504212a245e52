-- How satisfied customers are, by every kind of survey. One row per month and kind.
-- grain:    month, kind
-- plan:     6.3.1
-- audits:   unique(grain), not_null(month, kind), mean_score between 0 and 1, satisfied_rate between 0 and 1
-- example:  select month, kind, answers, satisfied_rate from operations.satisfaction order by month desc, kind
-- columns:
--   month           First day of the month, business-local.
--   kind            csat, ces, nps or review (of the business itself).
--   answers         Answers.
--   mean_score      Mean score as a share of the best there is, 0 to 1.
--   satisfied       Answers of at least 80 % of the best score.
--   satisfied_rate  satisfied / answers.
--   ci_low          Lower end of Wilson's 95 % interval of the rate.
--   ci_high         Upper end of it.
--   is_complete     Whether the month is over.
with answers as (
    select
        date_trunc('month', feedback.submitted_at at time zone business.tz)::date as month,
        feedback.kind,
        feedback.score::double precision / feedback.scale_max as score
    from core.feedback as feedback
    cross join core.business as business
    where feedback.deleted_at is null and feedback.subject_id is null and feedback.scale_max > 0
),

totals as (
    select
        month,
        kind,
        avg(score) as mean_score,
        csat(score, 0.8) as rate
    from answers
    group by month, kind
)

select
    totals.month,
    totals.kind,
    (totals.rate).n as answers,
    totals.mean_score,
    (totals.rate).satisfied as satisfied,
    (totals.rate).csat as satisfied_rate,
    (totals.rate).ci_low as ci_low,
    (totals.rate).ci_high as ci_high,
    (totals.month + interval '1 month')::date <= clock.today as is_complete
from totals
cross join core.clock as clock
