-- How many quotes become orders, and how soon. One row per month of the quote.
-- grain:    month
-- plan:     6.2.5
-- audits:   unique(grain), not_null(month), close_rate between 0 and 1, accepted <= quotes
-- example:  select month, quotes, close_rate, close_rate_by_amount, median_days from operations.quote_to_close order by month desc limit 12
-- columns:
--   month                 First day of the month, business-local.
--   quotes                Quotes.
--   accepted              Of these, accepted: by their status, a won deal, or an order made from them.
--   declined              Of these, declined or expired.
--   close_rate            accepted / quotes.
--   amount                Of all quotes without tax, reporting currency.
--   accepted_amount       Of the accepted, reporting currency.
--   close_rate_by_amount  accepted_amount / amount; NULL without an amount.
--   median_days           Days from the quote to the order made from it, half of them taking less; NULL without one.
--   is_complete           Whether the month and another 30 days are over.
with orders_made as (
    select parent_id as quote_id, min(issued_at) as ordered_at
    from core.document_values
    where kind = 'order' and parent_id is not null and status <> 'void'
    group by parent_id
),

quotes as (
    select
        date_trunc('month', quotes.quoted_on)::date as month,
        quotes.revenue,
        quotes.status,
        quotes.status = 'accepted' or orders_made.quote_id is not null or coalesce(deals.status = 'won', false) as is_accepted,
        extract(epoch from orders_made.ordered_at - quotes.quoted_at)::double precision / 86400 as days
    from core.quotes as quotes
    left join orders_made on orders_made.quote_id = quotes.quote_id
    left join core.deals as deals on deals.id = quotes.deal_id
    where quotes.status not in ('void', 'draft')
)

select
    quotes.month,
    count(*)::bigint as quotes,
    (count(*) filter (where quotes.is_accepted))::bigint as accepted,
    (count(*) filter (where not quotes.is_accepted and quotes.status in ('declined', 'expired')))::bigint as declined,
    (count(*) filter (where quotes.is_accepted))::double precision / count(*) as close_rate,
    coalesce(sum(quotes.revenue), 0)::decimal(18, 4) as amount,
    coalesce(sum(quotes.revenue) filter (where quotes.is_accepted), 0)::decimal(18, 4) as accepted_amount,
    (coalesce(sum(quotes.revenue) filter (where quotes.is_accepted), 0) / nullif(sum(quotes.revenue), 0))::double precision
        as close_rate_by_amount,
    percentile_cont(0.5) within group (order by quotes.days) as median_days,
    (quotes.month + interval '1 month' + interval '30 days')::date <= min(clock.today) as is_complete
from quotes
cross join core.clock as clock
group by quotes.month
