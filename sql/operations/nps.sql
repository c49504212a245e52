-- Net promoter score, month by month and over a quarter. One row per month with an answer.
-- grain:    month
-- plan:     6.3.2
-- audits:   unique(grain), not_null(month, nps), nps between -100 and 100, answers = promoters + passives + detractors
-- example:  select month, nps, ci_low, ci_high, answers from operations.nps where is_complete order by month desc limit 12
-- columns:
--   month        First day of the month, business-local.
--   answers      Answers.
--   promoters    Scores of 9 and 10.
--   passives     Scores of 7 and 8.
--   detractors   Scores up to 6.
--   nps          100 × (promoters - detractors) / answers.
--   ci_low       Lower end of its 95 % interval.
--   ci_high      Upper end of it.
--   quarter_nps  The same of the answers of this month and the two before.
--   is_complete  Whether the month is over.
with monthly as (
    select
        date_trunc('month', submitted_on)::date as month,
        (count(*) filter (where score >= 9))::double precision as promoters,
        (count(*) filter (where score between 7 and 8))::double precision as passives,
        (count(*) filter (where score <= 6))::double precision as detractors,
        count(*)::double precision as n
    from core.nps_responses
    group by date_trunc('month', submitted_on)
),

quarters as (
    select
        *,
        promoters / n as p,
        detractors / n as d,
        sum(promoters - detractors) over quarter as quarter_balance,
        sum(n) over quarter as quarter_n
    from monthly
    window quarter as (order by month range between interval '2 months' preceding and current row)
)

select
    quarters.month,
    quarters.n::bigint as answers,
    quarters.promoters::bigint as promoters,
    quarters.passives::bigint as passives,
    quarters.detractors::bigint as detractors,
    100 * (quarters.p - quarters.d) as nps,
    100 * greatest(-1, quarters.p - quarters.d - 1.959964 * sqrt((quarters.p + quarters.d - power(quarters.p - quarters.d, 2)) / quarters.n)) as ci_low,
    100 * least(1, quarters.p - quarters.d + 1.959964 * sqrt((quarters.p + quarters.d - power(quarters.p - quarters.d, 2)) / quarters.n)) as ci_high,
    100 * quarters.quarter_balance / quarters.quarter_n as quarter_nps,
    (quarters.month + interval '1 month')::date <= clock.today as is_complete
from quarters
cross join core.clock as clock
