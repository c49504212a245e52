-- Cash that came in and went out, month by month. One row per month with a payment.
-- grain:    month
-- plan:     7.1.7
-- audits:   unique(grain), not_null(month), net = cash_in - cash_out, burn >= 0
-- example:  select month, cash_in, cash_out, burn, mean_burn from finance.burn where is_complete order by month desc limit 12
-- columns:
--   month        First day of the month, business-local.
--   cash_in      Payments that came in, reporting currency.
--   cash_out     Payments that went out and fees of processors, reporting currency; transfers between own accounts are no
--                payments here.
--   net          cash_in - cash_out, reporting currency.
--   burn         What the month has used up, cash_out - cash_in; 0 when more came in; reporting currency.
--   mean_burn    Mean of cash_out - cash_in over the month and the two before, 0 when negative; reporting currency.
--   is_complete  Whether the month is over.
with moved as (
    select
        date_trunc('month', payments.paid_at at time zone business.tz)::date as month,
        payments.direction,
        payments.amount * case when payments.currency = business.currency then 1 else rates.rate end as amount,
        coalesce(payments.fee, 0) * case when payments.currency = business.currency then 1 else rates.rate end as fee
    from core.payments as payments
    cross join core.business as business
    left join core.daily_rates as rates
        on rates.currency = payments.currency and rates.on_date = (payments.paid_at at time zone business.tz)::date
    where payments.status = 'succeeded' and payments.kind <> 'transfer' and payments.deleted_at is null
),

monthly as (
    select
        month,
        coalesce(sum(amount) filter (where direction = 'in'), 0) as cash_in,
        coalesce(sum(amount) filter (where direction = 'out'), 0) + coalesce(sum(fee), 0) as cash_out
    from moved
    group by month
)

select
    monthly.month,
    monthly.cash_in::decimal(18, 4) as cash_in,
    monthly.cash_out::decimal(18, 4) as cash_out,
    (monthly.cash_in - monthly.cash_out)::decimal(18, 4) as net,
    greatest(monthly.cash_out - monthly.cash_in, 0)::decimal(18, 4) as burn,
    greatest(avg(monthly.cash_out - monthly.cash_in) over (order by monthly.month rows between 2 preceding and current row), 0)::decimal(18, 4)
        as mean_burn,
    (monthly.month + interval '1 month')::date <= clock.today as is_complete
from monthly
cross join core.clock as clock
