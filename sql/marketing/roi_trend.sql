-- Return on advertising week by week, with the change against the four weeks before. One row per week and channel, and one,
-- (all), for the business.
-- grain:    week, channel
-- plan:     1.2.8
-- audits:   unique(grain), not_null(week, channel), spend >= 0
-- example:  select week, return_on_spend, usual_return, change from marketing.roi_trend
--           where channel = '(all)' and is_complete order by week desc limit 12
-- columns:
--   week             Monday of the week.
--   channel          The channel, as in marketing.roi_daily; (all) for the sum of all.
--   revenue          Revenue, reporting currency.
--   spend            Cost of advertising, reporting currency.
--   margin           Revenue less refunds, cost of goods and advertising, reporting currency.
--   return_on_spend  revenue / spend; NULL without spend.
--   usual_return     The same over the four weeks before, their sums divided; NULL without spend.
--   change           return_on_spend / usual_return - 1; NULL where one of them is.
--   is_declining     Whether the return is at least a fifth below the usual, in a complete week.
--   is_complete      Whether the week is over.
with weekly as (
    select
        date_trunc('week', roi.on_date)::date as week,
        case when level.is_whole then '(all)' else roi.channel end as channel,
        sum(roi.revenue) as revenue,
        sum(roi.spend) as spend,
        sum(roi.margin) as margin
    from marketing.roi_daily as roi
    cross join (values (false), (true)) as level (is_whole)
    group by 1, 2
),

-- Weeks before are told by date: a week without a row must not let an older one in.
compared as (
    select
        *,
        sum(revenue) over four_weeks_before as earlier_revenue,
        sum(spend) over four_weeks_before as earlier_spend
    from weekly
    window four_weeks_before as (
        partition by channel order by week range between interval '28 days' preceding and interval '7 days' preceding
    )
),

returns as (
    select
        *,
        (revenue / nullif(spend, 0))::double precision as return_on_spend,
        (earlier_revenue / nullif(earlier_spend, 0))::double precision as usual_return
    from compared
)

select
    returns.week,
    returns.channel,
    returns.revenue::decimal(18, 4) as revenue,
    returns.spend::decimal(18, 4) as spend,
    returns.margin::decimal(18, 4) as margin,
    returns.return_on_spend,
    returns.usual_return,
    returns.return_on_spend / nullif(returns.usual_return, 0) - 1 as change,
    coalesce(
        returns.week + 7 <= clock.today and returns.usual_return > 0 and returns.return_on_spend <= 0.8 * returns.usual_return, false
    ) as is_declining,
    returns.week + 7 <= clock.today as is_complete
from returns
cross join core.clock as clock
