-- Why opportunities are won and lost. One row per dimension and value; reasons for lost ones alone.
-- grain:    dimension, value
-- plan:     6.2.2
-- audits:   unique(grain), not_null(dimension, value), win_rate between 0 and 1
-- example:  select value, decided, win_rate, lost_amount from operations.win_loss where dimension = 'channel' order by lost_amount desc
-- columns:
--   dimension   channel, rep, size (a quarter of all amounts each), lost_reason, or all.
--   value       The channel, rep, size or reason; (unknown) where nothing says.
--   decided     Opportunities won or lost; open ones are left out.
--   won         Of these, won.
--   win_rate    won / decided.
--   ci_low      Lower end of Wilson's 95 % interval of the rate.
--   ci_high     Upper end of it.
--   won_amount  Amount of the won, reporting currency.
--   lost_amount Amount of the lost, reporting currency.
--   win_rate_by_amount  won_amount over both; NULL without an amount.
with decided as (
    select
        deal_id,
        status,
        amount,
        coalesce(channel, '(unknown)') as channel,
        coalesce(owner_id, '(unknown)') as owner_id,
        case when status = 'lost' then coalesce(lost_reason, '(unknown)') end as lost_reason,
        ntile(4) over (partition by amount is null order by amount, deal_id) as quarter
    from core.opportunities
    where status in ('won', 'lost')
),

facts as (
    select
        decided.deal_id,
        decided.status,
        decided.amount,
        dimensions.dimension,
        case dimensions.dimension
            when 'all' then 'all'
            when 'channel' then decided.channel
            when 'rep' then coalesce(reps.name, decided.owner_id)
            when 'lost_reason' then decided.lost_reason
            else
                case
                    when decided.amount is null then '(unknown)'
                    when decided.quarter = 1 then 'smallest quarter'
                    when decided.quarter = 2 then 'second quarter'
                    when decided.quarter = 3 then 'third quarter'
                    else 'largest quarter'
                end
        end as value
    from decided
    left join core.parties as reps on reps.id = decided.owner_id
    cross join (values ('all'), ('channel'), ('rep'), ('size'), ('lost_reason')) as dimensions (dimension)
),

totals as (
    select
        dimension,
        value,
        csat(case when status = 'won' then 1 else 0 end, 1) as rate,
        coalesce(sum(amount) filter (where status = 'won'), 0) as won_amount,
        coalesce(sum(amount) filter (where status = 'lost'), 0) as lost_amount
    from facts
    where value is not null
    group by dimension, value
)

select
    dimension,
    value,
    (rate).n as decided,
    (rate).satisfied as won,
    (rate).csat as win_rate,
    (rate).ci_low as ci_low,
    (rate).ci_high as ci_high,
    won_amount::decimal(18, 4) as won_amount,
    lost_amount::decimal(18, 4) as lost_amount,
    (won_amount / nullif(won_amount + lost_amount, 0))::double precision as win_rate_by_amount
from totals
