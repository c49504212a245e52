-- Deals in the pipeline, open and decided. One row per opportunity.
-- grain:    deal_id
-- plan:     6.2.2, 6.2.3, 6.2.4
-- audits:   unique(grain), not_null(deal_id, customer_id, created_at, status)
-- example:  select status, count(*), sum(amount) from core.opportunities group by status
-- columns:
--   deal_id      The deal.
--   lead_id      The lead it was made from.
--   customer_id  The canonical party.
--   owner_id     The sales rep.
--   pipeline     Which pipeline.
--   stage        Stage it is in.
--   status       open, won or lost.
--   amount       What it is expected to bring or brought, reporting currency.
--   probability  Chance of winning as the source says, from 0 to 1.
--   channel      The channel it came from.
--   campaign_id  The campaign it came from.
--   created_at   When it came in, UTC.
--   created_on   The same as a day of the business.
--   expected_close_on  When the rep expects a decision.
--   closed_at    When it was won or lost, UTC.
--   closed_on    The same as a day of the business.
--   lost_reason  Why it was lost.
select
    d.id as deal_id,
    d.converted_from as lead_id,
    coalesce(l.canonical_id, d.party_id) as customer_id,
    d.owner_id,
    d.pipeline,
    d.stage,
    d.status,
    (d.amount * case when d.currency = b.currency then 1 else r.rate end)::decimal(18,4) as amount,
    d.probability,
    d.source_channel as channel,
    d.campaign_id,
    d.created_at,
    (d.created_at at time zone b.tz)::date as created_on,
    d.expected_close_on,
    d.closed_at,
    (d.closed_at at time zone b.tz)::date as closed_on,
    d.lost_reason
from core.deals as d
cross join core.business as b
left join core.party_links as l on l.party_id = d.party_id
left join core.daily_rates as r
    on r.currency = d.currency
    and r.on_date = (d.created_at at time zone b.tz)::date
where d.kind = 'opportunity' and d.deleted_at is null
