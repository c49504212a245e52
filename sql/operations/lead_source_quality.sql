-- How good the leads of each channel are. One row per channel.
-- grain:    channel
-- plan:     6.1.3
-- audits:   unique(grain), not_null(channel), leads >= 1, win_rate between 0 and 1, likely_win_rate between 0 and 1
-- example:  select rank, channel, leads, likely_win_rate, revenue_per_lead, cost_per_lead from operations.lead_source_quality order by rank
-- columns:
--   rank             Place by likely revenue of a lead, from 1.
--   channel          The channel; (unknown) where nothing says.
--   leads            Leads.
--   qualified_rate   Share that became an opportunity.
--   decided          Leads that were won or lost.
--   won              Leads that were won.
--   win_rate         won / decided; NULL while none is decided.
--   likely_win_rate  The same drawn towards that of all channels by ten leads' worth: what few leads promise; NULL while no lead of
--                    any channel is decided.
--   revenue_per_lead  Revenue of the won leads over all leads, reporting currency.
--   spend            Cost of the channel's advertising since its first lead, reporting currency.
--   cost_per_lead    spend / leads, reporting currency.
with totals as (
    select
        channel,
        count(*) as leads,
        count(*) filter (where is_qualified) as qualified,
        count(*) filter (where outcome <> 'open') as decided,
        count(*) filter (where outcome = 'won') as won,
        sum(revenue) filter (where outcome = 'won') as revenue,
        min(created_on) as first_on
    from operations.lead_outcomes
    group by channel
),

spent as (
    select totals.channel, sum(spend.spend) as spend
    from totals
    inner join core.spend as spend on spend.channel = totals.channel and spend.on_date >= totals.first_on
    group by totals.channel
),

rates as (
    select
        totals.*,
        coalesce(spent.spend, 0) as spend,
        (sum(won) over ())::double precision / nullif(sum(decided) over (), 0) as overall
    from totals
    left join spent on spent.channel = totals.channel
)

select
    (row_number() over (order by coalesce(revenue, 0) / leads desc, channel))::bigint as rank,
    channel,
    leads::bigint as leads,
    qualified::double precision / leads as qualified_rate,
    decided::bigint as decided,
    won::bigint as won,
    won::double precision / nullif(decided, 0) as win_rate,
    (won + 10 * overall) / (decided + 10) as likely_win_rate,
    (coalesce(revenue, 0) / leads)::decimal(18, 4) as revenue_per_lead,
    spend::decimal(18, 4) as spend,
    (spend / leads)::decimal(18, 4) as cost_per_lead
from rates
