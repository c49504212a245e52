-- What to offer each customer, by which channel and when. One row per customer with an order.
-- grain:    customer_id
-- refresh:  daily 04:00
-- plan:     2.3.8
-- audits:   unique(grain), not_null(customer_id, segment, message), weekday between 1 and 7, hour between 0 and 23
-- example:  select name, segment, channel, next_product, weekday, hour, message from customer.personalization order by net_revenue desc limit 20
-- columns:
--   customer_id     The canonical party.
--   name            Full name.
--   segment         Segment of customer.rfm_segments.
--   net_revenue     Revenue less refunds so far, reporting currency.
--   channel         Channel preferred, customer.channel_preference; NULL without a touch.
--   may_email       Whether email was agreed to; NULL where nobody asked.
--   next_product    Name of the product that goes best with what was bought and was not bought yet; NULL where none does.
--   bought_product  The product bought that it goes with.
--   lift            How much more often both are bought than by chance, as in customer.cross_sell.
--   weekday         Weekday on which the customer visits and orders most, 1 Monday to 7 Sunday; NULL where not known.
--   hour            Hour of that day, 0 to 23, in which he does.
--   message         What the message should do, by the segment.
with bought as (
    select distinct customer_id, product_id
    from core.order_items
    where customer_id is not null and product_id is not null
),

offers as (
    -- Where few bought both, the lift says little.
    select
        bought.customer_id,
        first_value(rules.also_product order by rules.weight desc, rules.also_product_id, rules.product_id) as also_product,
        first_value(rules.product order by rules.weight desc, rules.also_product_id, rules.product_id) as product,
        first_value(rules.lift order by rules.weight desc, rules.also_product_id, rules.product_id) as lift
    from bought
    inner join (select *, lift * customers / (customers + 5) as weight from customer.cross_sell where lift > 1) as rules
        on rules.product_id = bought.product_id
    left join bought as already
        on already.customer_id = bought.customer_id and already.product_id = rules.also_product_id
    where already.product_id is null
    group by bought.customer_id
),

acted as (
    select customer_id, ts from core.touchpoints where customer_id is not null and type <> 'impression'
    union all
    select customer_id, ordered_at from core.orders where customer_id is not null
),

times as (
    select
        acted.customer_id,
        extract(isodow from acted.ts at time zone business.tz)::int as weekday,
        extract(hour from acted.ts at time zone business.tz)::int as hour,
        count(*) as actions
    from acted
    cross join core.business as business
    group by
        acted.customer_id,
        extract(isodow from acted.ts at time zone business.tz)::int,
        extract(hour from acted.ts at time zone business.tz)::int
),

best_times as (
    select
        customer_id,
        first_value(weekday order by actions desc, weekday, hour) as weekday,
        first_value(hour order by actions desc, weekday, hour) as hour
    from times
    group by customer_id
)

select
    segments.customer_id,
    people.name,
    segments.segment,
    customers.net_revenue,
    preferred.channel,
    people.email_consent as may_email,
    offers.also_product as next_product,
    offers.product as bought_product,
    offers.lift,
    best_times.weekday,
    best_times.hour,
    case
        when segments.segment in ('champions', 'loyal') then 'Thank and let them have new things first'
        when segments.segment in ('potential loyal', 'promising') then 'Suggest what goes with what they have'
        when segments.segment = 'new' then 'Welcome and help with the first order'
        when segments.segment in ('cannot lose', 'at risk') then 'Call or write in person, and ask what is missing'
        when segments.segment in ('needs attention', 'about to sleep') then 'Remind with a limited offer'
        else 'Win back with a reason to return, or leave alone'
    end as message
from customer.rfm_segments as segments
left join customer.orders_of_customers as customers on customers.customer_id = segments.customer_id
left join core.customers as people on people.customer_id = segments.customer_id
left join customer.channel_preference as preferred on preferred.customer_id = segments.customer_id
left join offers on offers.customer_id = segments.customer_id
left join best_times on best_times.customer_id = segments.customer_id
