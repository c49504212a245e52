-- What the best reps do otherwise: the third with the most won in the last 365 days against the others. One row per habit.
-- grain:    habit
-- plan:     6.2.7
-- audits:   unique(grain), not_null(habit), top_reps >= 1
-- example:  select habit, top, others, difference from operations.top_performer_patterns order by abs(difference) desc
-- columns:
--   habit       win rate, mean deal, days to win, touches per deal, or hours to first touch.
--   unit        What it is counted in: share, money (reporting currency), days, count or hours.
--   top         Mean of the best reps.
--   others      Mean of the other reps; NULL with fewer than two reps.
--   difference  top / others - 1; NULL where others is NULL or zero.
--   top_reps    Number of the best reps.
--   other_reps  Number of the others.
with deals as (
    select deals.*
    from core.opportunities as deals
    cross join core.clock as clock
    where deals.owner_id is not null and deals.status in ('won', 'lost') and deals.closed_on > clock.today - 365
),

talks as (
    select talks.staff_id, coalesce(links.canonical_id, talks.party_id) as customer_id, talks.started_at
    from core.interactions as talks
    left join core.party_links as links on links.party_id = talks.party_id
    where talks.direction = 'out' and talks.deleted_at is null
),

contacts as (
    select deals.deal_id, count(*) as touches, min(talks.started_at) as first_at
    from deals
    inner join talks
        on talks.customer_id = deals.customer_id
        and talks.staff_id = deals.owner_id
        and talks.started_at >= deals.created_at
        and talks.started_at <= deals.closed_at
    group by deals.deal_id
),

reps as (
    select
        deals.owner_id,
        coalesce(sum(deals.amount) filter (where deals.status = 'won'), 0) as won_amount,
        (count(*) filter (where deals.status = 'won'))::double precision / count(*) as win_rate,
        (avg(deals.amount) filter (where deals.status = 'won'))::double precision as mean_deal,
        avg(extract(epoch from deals.closed_at - deals.created_at)::double precision / 86400) filter (where deals.status = 'won') as days_to_win,
        avg(coalesce(contacts.touches, 0))::double precision as touches,
        avg(extract(epoch from contacts.first_at - deals.created_at)::double precision / 3600) as hours_to_touch
    from deals
    left join contacts on contacts.deal_id = deals.deal_id
    group by deals.owner_id
),

ranked as (
    select *, row_number() over (order by won_amount desc, owner_id) <= ceil(count(*) over () / 3.0) as is_top from reps
),

habits as (
    select
        ranked.is_top,
        habits.habit,
        habits.unit,
        case habits.habit
            when 'win rate' then ranked.win_rate
            when 'mean deal' then ranked.mean_deal
            when 'days to win' then ranked.days_to_win
            when 'touches per deal' then ranked.touches
            else ranked.hours_to_touch
        end as value
    from ranked
    cross join (
        values
            ('win rate', 'share'),
            ('mean deal', 'money'),
            ('days to win', 'days'),
            ('touches per deal', 'count'),
            ('hours to first touch', 'hours')
    ) as habits (habit, unit)
)

select
    habit,
    min(unit) as unit,
    avg(value) filter (where is_top) as top,
    avg(value) filter (where not is_top) as others,
    avg(value) filter (where is_top) / nullif(avg(value) filter (where not is_top), 0) - 1 as difference,
    (count(*) filter (where is_top))::bigint as top_reps,
    (count(*) filter (where not is_top))::bigint as other_reps
from habits
group by habit
