-- How the sales reps did, month by month. One row per month of the decision and rep.
-- grain:    month, owner_id
-- plan:     6.2.1
-- audits:   unique(grain), not_null(month, owner_id), win_rate between 0 and 1
-- example:  select name, won_amount, win_rate, quota_attainment from operations.rep_scorecard order by month desc, won_amount desc limit 10
-- columns:
--   month             First day of the month, business-local.
--   owner_id          The sales rep; (nobody) for deals without one.
--   name              Full name.
--   decided           Opportunities won or lost in the month.
--   won               Of these, won.
--   win_rate          won / decided.
--   won_amount        Amount of the won, reporting currency.
--   mean_deal         won_amount / won, reporting currency; NULL without a won deal.
--   median_days       Days from the begin of the won deals to their end, half of them taking less; NULL without a won deal.
--   quota             The rep's quota in money for periods that begin in the month, reporting currency; NULL without one.
--   quota_attainment  won_amount / quota; NULL without a quota.
--   is_complete       Whether the month is over.
with decided as (
    select
        date_trunc('month', closed_on)::date as month,
        coalesce(owner_id, '(nobody)') as owner_id,
        count(*) as decided,
        count(*) filter (where status = 'won') as won,
        coalesce(sum(amount) filter (where status = 'won'), 0) as won_amount,
        percentile_cont(0.5) within group (order by extract(epoch from closed_at - created_at)::double precision / 86400)
            filter (where status = 'won') as median_days
    from core.opportunities
    where status in ('won', 'lost') and closed_on is not null
    group by date_trunc('month', closed_on), coalesce(owner_id, '(nobody)')
),

quotas as (
    select date_trunc('month', period_start)::date as month, owner_id, sum(value) as quota
    from core.goals
    where kind = 'quota' and unit = 'money' and owner_id is not null
    group by date_trunc('month', period_start), owner_id
)

select
    decided.month,
    decided.owner_id,
    parties.name,
    decided.decided::bigint as decided,
    decided.won::bigint as won,
    decided.won::double precision / decided.decided as win_rate,
    decided.won_amount::decimal(18, 4) as won_amount,
    (decided.won_amount / nullif(decided.won, 0))::decimal(18, 4) as mean_deal,
    decided.median_days,
    quotas.quota::decimal(18, 4) as quota,
    (decided.won_amount / nullif(quotas.quota, 0))::double precision as quota_attainment,
    (decided.month + interval '1 month')::date <= clock.today as is_complete
from decided
left join quotas on quotas.month = decided.month and quotas.owner_id = decided.owner_id
left join core.parties as parties on parties.id = decided.owner_id
cross join core.clock as clock
