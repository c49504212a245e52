-- How much the pipeline brings a day: deals × win rate × size over the time they take. One row per month of the decision.
-- grain:    month
-- plan:     6.2.3
-- audits:   unique(grain), not_null(month), velocity >= 0
-- example:  select month, velocity, win_rate, mean_deal, mean_days from operations.deal_velocity where is_complete order by month desc limit 12
-- columns:
--   month         First day of the month, business-local.
--   opportunities  Opportunities decided in the month.
--   win_rate      Share that was won.
--   mean_deal     Mean amount of the won, reporting currency; NULL without a won deal.
--   mean_days     Mean days that the decided took, at least a quarter of an hour.
--   velocity      opportunities × win_rate × mean_deal / mean_days: what a deal's stay brings a day, reporting currency.
--   change        velocity over that of the month before, less 1; NULL for the first.
--   is_complete   Whether the month is over.
with monthly as (
    select
        date_trunc('month', closed_on)::date as month,
        count(*) as opportunities,
        count(*) filter (where status = 'won') as won,
        coalesce(sum(amount) filter (where status = 'won'), 0) as won_amount,
        greatest(avg(extract(epoch from closed_at - created_at)::double precision) / 86400, 0.01) as mean_days
    from core.opportunities
    where status in ('won', 'lost') and closed_on is not null
    group by date_trunc('month', closed_on)
),

velocities as (
    select *, won_amount::double precision / mean_days as velocity from monthly
)

select
    velocities.month,
    velocities.opportunities::bigint as opportunities,
    velocities.won::double precision / velocities.opportunities as win_rate,
    (velocities.won_amount / nullif(velocities.won, 0))::decimal(18, 4) as mean_deal,
    velocities.mean_days,
    velocities.velocity::decimal(18, 4) as velocity,
    velocities.velocity / nullif(lag(velocities.velocity) over (order by velocities.month), 0) - 1 as change,
    (velocities.month + interval '1 month')::date <= clock.today as is_complete
from velocities
cross join core.clock as clock
