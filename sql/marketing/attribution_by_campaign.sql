-- What each campaign cost and has earned, by every rule of attribution. One row per month, model and campaign.
-- grain:    month, model, campaign_id
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.2.3
-- audits:   unique(grain), not_null(month, model, campaign_id), orders >= 0, spend >= 0
-- example:  select campaign, revenue, spend, return_on_spend from marketing.attribution_by_campaign
--           where model = 'last_non_direct' order by month desc, revenue desc limit 10
-- columns:
--   month            First day of the month, business-local.
--   model            The rule, as in marketing.attribution_credits.
--   campaign_id      The campaign. What touches without a campaign earned is not here.
--   campaign         Its name.
--   channel          Its channel.
--   orders           Orders credited.
--   revenue          Revenue credited, reporting currency.
--   spend            Cost of the campaign in the month, reporting currency.
--   cost_per_order   spend / orders, reporting currency; NULL without orders or without spend.
--   return_on_spend  revenue / spend; NULL without spend.
--   is_complete      Whether the month is over.
select
    monthly.month,
    monthly.model,
    monthly.campaign_id,
    min(campaigns.name) as campaign,
    min(campaigns.channel) as channel,
    round(sum(monthly.orders)::numeric, 4)::double precision as orders,
    sum(monthly.revenue)::decimal(18, 4) as revenue,
    sum(monthly.spend)::decimal(18, 4) as spend,
    case
        when sum(monthly.orders) > 0 then (sum(monthly.spend) / sum(monthly.orders)::numeric)::decimal(18, 4)
    end as cost_per_order,
    ratio(monthly.revenue, monthly.spend) as return_on_spend,
    (monthly.month + interval '1 month')::date <= min(clock.today) as is_complete
from marketing.attribution_monthly as monthly
left join core.campaigns as campaigns on campaigns.id = monthly.campaign_id
cross join core.clock as clock
where monthly.campaign_id is not null
group by monthly.month, monthly.model, monthly.campaign_id
