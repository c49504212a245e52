-- People who asked for something and are not yet an opportunity, or became one. One row per lead.
-- grain:    lead_id
-- plan:     6.1.1, 6.1.3, 8.1.3
-- audits:   unique(grain), not_null(lead_id, customer_id, created_at)
-- example:  select channel, count(*), count(opportunity_id) from core.leads group by channel order by 2 desc
-- columns:
--   lead_id         The lead.
--   customer_id     The canonical party.
--   owner_id        The sales rep.
--   channel         The channel it came from.
--   campaign_id     The campaign it came from.
--   stage           Stage it is in.
--   status          open, won (it became an opportunity) or lost.
--   created_at      When it came in, UTC.
--   created_on      The same as a day of the business.
--   closed_at       When it was won or lost, UTC.
--   lost_reason     Why it was lost.
--   opportunity_id  The opportunity it became.
--   opportunity_status  Status of that.
--   amount          What that is expected to bring or brought, reporting currency.
with opportunities as (
    select
        converted_from,
        min(id) as opportunity_id,
        min(status) as status,
        min(currency) as currency,
        sum(amount) as amount
    from core.deals
    where kind = 'opportunity' and converted_from is not null and deleted_at is null
    group by converted_from
)

select
    d.id as lead_id,
    coalesce(l.canonical_id, d.party_id) as customer_id,
    d.owner_id,
    d.source_channel as channel,
    d.campaign_id,
    d.stage,
    d.status,
    d.created_at,
    (d.created_at at time zone b.tz)::date as created_on,
    d.closed_at,
    d.lost_reason,
    o.opportunity_id,
    o.status as opportunity_status,
    (o.amount * case when o.currency = b.currency then 1 else r.rate end)::decimal(18,4) as amount
from core.deals as d
cross join core.business as b
left join core.party_links as l on l.party_id = d.party_id
left join opportunities as o on o.converted_from = d.id
left join core.daily_rates as r
    on r.currency = o.currency
    and r.on_date = (d.created_at at time zone b.tz)::date
where d.kind = 'lead' and d.deleted_at is null
