-- What the sales of a month leave to pay for everything fixed. One row per month.
-- grain:    month
-- plan:     7.2.2, 1.2.6
-- audits:   unique(grain), not_null(month), contribution = net_revenue - cost_of_goods - spend - fees
-- example:  select month, net_revenue, contribution, contribution_rate from finance.contribution_margin order by month desc limit 12
-- columns:
--   month                   First day of the month, business-local.
--   orders                  Orders.
--   net_revenue             Revenue less refunds, reporting currency.
--   cost_of_goods           Cost of the orders where it is known, reporting currency.
--   spend                   Cost of advertising, reporting currency.
--   fees                    What processors kept of payments that came in, in reporting currency.
--   contribution            net_revenue - cost_of_goods - spend - fees, reporting currency.
--   contribution_rate       contribution / net_revenue; NULL without revenue.
--   contribution_per_order  contribution / orders, reporting currency; NULL without orders.
--   is_complete             Whether the month is over.
with sold as (
    select month, orders, net_revenue, cost_of_goods, spend, 0::decimal(38, 4) as fees
    from finance.margin_by_channel
),

paid as (
    select
        date_trunc('month', payments.paid_at at time zone business.tz)::date as month,
        0::bigint as orders,
        0::decimal(18, 4) as net_revenue,
        0::decimal(18, 4) as cost_of_goods,
        0::decimal(18, 4) as spend,
        payments.fee * case when payments.currency = business.currency then 1 else rates.rate end as fees
    from core.payments as payments
    cross join core.business as business
    left join core.daily_rates as rates
        on rates.currency = payments.currency and rates.on_date = (payments.paid_at at time zone business.tz)::date
    where payments.direction = 'in' and payments.status = 'succeeded' and payments.fee is not null and payments.deleted_at is null
),

monthly as (
    select
        month,
        sum(orders) as orders,
        sum(net_revenue) as net_revenue,
        sum(cost_of_goods) as cost_of_goods,
        sum(spend) as spend,
        coalesce(sum(fees), 0)::decimal(18, 4) as fees
    from (select * from sold union all select * from paid) as together
    group by month
),

margins as (
    select *, net_revenue - cost_of_goods - spend - fees as contribution from monthly
)

select
    margins.month,
    margins.orders::bigint as orders,
    margins.net_revenue::decimal(18, 4) as net_revenue,
    margins.cost_of_goods::decimal(18, 4) as cost_of_goods,
    margins.spend::decimal(18, 4) as spend,
    margins.fees,
    margins.contribution::decimal(18, 4) as contribution,
    (margins.contribution / nullif(margins.net_revenue, 0))::double precision as contribution_rate,
    (margins.contribution / nullif(margins.orders, 0))::decimal(18, 4) as contribution_per_order,
    (margins.month + interval '1 month')::date <= clock.today as is_complete
from margins
cross join core.clock as clock
