-- People and organisations that buy, each once, however many sources know them. One row per customer.
-- grain:    customer_id
-- plan:     2.1.1, 2.3.3
-- audits:   unique(grain), not_null(customer_id)
-- example:  select country, count(*) from core.customers group by country order by 2 desc
-- columns:
--   customer_id    The canonical party.
--   kind           person or org.
--   name           Full name.
--   email          Address in lower case.
--   phone          Number in E.164.
--   country        ISO 3166-1 alpha-2 code.
--   region         ISO 3166-2 code.
--   postcode       Postcode.
--   market_id      The market the address lies in.
--   industry       Industry of an organisation.
--   owner_id       The staff member who looks after the customer.
--   lifecycle      Stage in the source's own words.
--   first_seen_at  When first heard of, UTC.
--   first_seen_on  The same as a day of the business.
--   email_consent  Whether email was agreed to; NULL where nobody asked.
select
    p.id as customer_id,
    p.kind,
    p.name,
    p.email,
    p.phone,
    p.country,
    p.region,
    p.postcode,
    p.market_id,
    p.industry,
    p.owner_id,
    p.lifecycle,
    p.first_seen_at,
    (p.first_seen_at at time zone b.tz)::date as first_seen_on,
    (p.consent ->> 'email')::boolean as email_consent
from core.parties as p
cross join core.business as b
left join core.party_links as l on l.party_id = p.id
where p.deleted_at is null
    and l.party_id is null
    and (
        'customer' = any(p.roles)
        or p.id in (
            select k.canonical_id
            from core.party_links as k
            join core.parties as m on m.id = k.party_id
            where 'customer' = any(m.roles)
        )
    )
