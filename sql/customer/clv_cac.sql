-- What a new customer cost, has brought so far and is expected to bring. One row per month of the first order and channel that acquired.
-- grain:    cohort, channel
-- plan:     2.1.7, 1.2.4
-- audits:   unique(grain), not_null(cohort, channel), spend >= 0, customers >= 0
-- example:  select cohort, channel, cost_per_customer, margin_per_customer, value_to_cost from customer.clv_cac
--           where is_complete order by cohort desc, channel
-- columns:
--   cohort                 First day of the month of the first order, business-local.
--   channel                Channel of the last touch that is not Direct before the first order; (unattributed) without one.
--   customers              New customers.
--   spend                  Cost of the channel's advertising in that month, reporting currency.
--   cost_per_customer      spend / customers, reporting currency; NULL without new customers.
--   margin_per_customer    Revenue less refunds and cost of goods since, per customer, reporting currency; NULL without customers.
--   value_to_cost          margin_per_customer / cost_per_customer; NULL where nothing was spent or nobody came.
--   expected_per_customer  Margin expected of each over the next twelve months (customer.lifetime_value), reporting currency; NULL where no model fits.
--   clv_to_cac             (margin_per_customer + expected_per_customer) / cost_per_customer; NULL where one of them is.
--   is_paid_back           Whether the margin so far has paid for the advertising; NULL without customers.
--   is_complete            Whether the month is over.
with acquired as (
    select
        date_trunc('month', customers.first_order_on)::date as cohort,
        customers.acquisition_channel as channel,
        count(*) as customers,
        sum(customers.margin) as margin,
        avg(value.clv) as expected,
        0::decimal(38, 4) as spend
    from customer.orders_of_customers as customers
    left join customer.lifetime_value as value on value.customer_id = customers.customer_id
    group by date_trunc('month', customers.first_order_on), customers.acquisition_channel
),

spent as (
    select
        date_trunc('month', on_date)::date as cohort,
        channel,
        0 as customers,
        0::decimal(38, 4) as margin,
        null::double precision as expected,
        sum(spend) as spend
    from core.spend
    group by date_trunc('month', on_date), channel
),

totals as (
    select
        cohort,
        channel,
        sum(customers) as customers,
        sum(margin) as margin,
        max(expected) as expected,
        coalesce(sum(spend), 0) as spend
    from (select * from acquired union all select * from spent) as together
    group by cohort, channel
)

select
    totals.cohort,
    totals.channel,
    totals.customers::bigint as customers,
    totals.spend::decimal(18, 4) as spend,
    (totals.spend / nullif(totals.customers, 0))::decimal(18, 4) as cost_per_customer,
    (totals.margin / nullif(totals.customers, 0))::decimal(18, 4) as margin_per_customer,
    case when totals.customers > 0 then (totals.margin / nullif(totals.spend, 0))::double precision end as value_to_cost,
    totals.expected::decimal(18, 4) as expected_per_customer,
    case
        when totals.customers > 0
            then (totals.margin::double precision + totals.expected * totals.customers) / nullif(totals.spend, 0)::double precision
    end as clv_to_cac,
    case when totals.customers > 0 then totals.margin >= totals.spend end as is_paid_back,
    (totals.cohort + interval '1 month')::date <= clock.today as is_complete
from totals
cross join core.clock as clock
