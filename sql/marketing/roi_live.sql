-- Today's revenue against today's advertising, beside the same weekday of the four weeks before. One row per channel and
-- one, (all), for the business.
-- grain:    channel
-- plan:     1.2.1
-- audits:   unique(grain), not_null(channel, today)
-- example:  select channel, revenue, spend, return_on_spend, usual_revenue from marketing.roi_live order by revenue desc
-- columns:
--   channel          The channel, as in marketing.roi_daily; (all) for the sum of all.
--   today            The day, business-local.
--   orders           Orders so far.
--   revenue          Their revenue, reporting currency.
--   spend            Cost of advertising so far, reporting currency.
--   return_on_spend  revenue / spend; NULL without spend.
--   usual_revenue    Mean revenue of the whole of the same weekday in the four weeks before, reporting currency.
--   usual_spend      Mean cost of advertising of these days, reporting currency.
with days as (
    select
        case when level.is_whole then '(all)' else roi.channel end as channel,
        roi.on_date,
        clock.today,
        roi.orders,
        roi.revenue,
        roi.spend
    from marketing.roi_daily as roi
    cross join core.clock as clock
    cross join (values (false), (true)) as level (is_whole)
    where roi.on_date in (clock.today, clock.today - 7, clock.today - 14, clock.today - 21, clock.today - 28)
)

select
    channel,
    min(today) as today,
    coalesce(sum(orders) filter (where on_date = today), 0)::bigint as orders,
    coalesce(sum(revenue) filter (where on_date = today), 0)::decimal(18, 4) as revenue,
    coalesce(sum(spend) filter (where on_date = today), 0)::decimal(18, 4) as spend,
    ratio(revenue, spend) filter (where on_date = today) as return_on_spend,
    (coalesce(sum(revenue) filter (where on_date < today), 0) / 4)::decimal(18, 4) as usual_revenue,
    (coalesce(sum(spend) filter (where on_date < today), 0) / 4)::decimal(18, 4) as usual_spend
from days
group by channel
