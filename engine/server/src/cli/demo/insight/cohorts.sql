-- How many customers order again within 180 days, by the quarter of their first order, with and without the
-- newsletter.
-- One row per quarter, and one for all; quarters whose 180 days are not over are left out.
with numbered as (
    select
        customer_id,
        ordered_at,
        row_number() over (partition by customer_id order by ordered_at, order_id) as nth
    from core.orders
    where customer_id is not null
),

firsts as (
    select
        c.email_consent as newsletter,
        date_trunc('quarter', f.ordered_at) as quarter,
        case when s.ordered_at <= f.ordered_at + interval '180 days' then 1.0 else 0.0 end as again
    from numbered as f
    join core.customers as c on c.customer_id = f.customer_id
    left join numbered as s on s.customer_id = f.customer_id and s.nth = 2
    where f.nth = 1
),

complete as (
    select *
    from firsts
    where quarter + interval '3 months' + interval '180 days' <= (select max(ordered_at) from core.orders)
)

select
    coalesce(left(quarter::date::text, 7), 'all') as first_order,
    count(*) as customers,
    round(100 * avg(again), 1) as again_percent,
    round(100 * avg(again) filter (where newsletter), 1) as with_newsletter_percent,
    round(100 * avg(again) filter (where not newsletter), 1) as without_percent
from complete
group by rollup (quarter)
order by quarter nulls last
