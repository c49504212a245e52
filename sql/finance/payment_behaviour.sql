-- How customers pay their invoices. One row per customer with an invoice.
-- grain:    customer_id
-- plan:     7.1.4
-- audits:   unique(grain), not_null(customer_id), on_time_rate between 0 and 1
-- example:  select name, mean_days_late, on_time_rate, overdue from finance.payment_behaviour order by overdue desc limit 20
-- columns:
--   customer_id       The canonical party; (unknown) for invoices without one.
--   name              Full name.
--   invoices          Invoices.
--   paid              Of these, invoices paid in full.
--   mean_days_to_pay  Mean days from invoice to payment; NULL while none is paid.
--   mean_days_late    Mean days from due day to payment, negative when early; NULL while none with a due day is paid.
--   median_days_late  The same, half of the invoices being paid sooner.
--   on_time_rate      Share of the paid invoices with a due day that were paid by then; NULL without any.
--   open_balance      What is still to be paid, reporting currency.
--   overdue           Of this, what was due before today, reporting currency.
--   rating            good (late by less than a week on average), slow (less than 30 days), late, or new while none is paid.
with invoices as (
    select
        coalesce(invoices.customer_id, '(unknown)') as customer_id,
        invoices.paid_on,
        invoices.days_to_pay,
        invoices.days_late,
        case when invoices.paid_on is null then coalesce(invoices.balance, invoices.total) else 0 end as open_balance,
        invoices.paid_on is null and invoices.due_on < clock.today as is_overdue
    from core.invoices as invoices
    cross join core.clock as clock
),

totals as (
    select
        customer_id,
        count(*) as invoices,
        count(paid_on) as paid,
        avg(days_to_pay)::double precision as mean_days_to_pay,
        avg(days_late)::double precision as mean_days_late,
        percentile_cont(0.5) within group (order by days_late::double precision) as median_days_late,
        (count(*) filter (where days_late <= 0))::double precision / nullif(count(days_late), 0) as on_time_rate,
        coalesce(sum(open_balance), 0) as open_balance,
        coalesce(sum(open_balance) filter (where is_overdue), 0) as overdue
    from invoices
    group by customer_id
)

select
    totals.customer_id,
    parties.name,
    totals.invoices::bigint as invoices,
    totals.paid::bigint as paid,
    totals.mean_days_to_pay,
    totals.mean_days_late,
    totals.median_days_late,
    totals.on_time_rate,
    totals.open_balance::decimal(18, 4) as open_balance,
    totals.overdue::decimal(18, 4) as overdue,
    case
        when totals.mean_days_late is null then 'new'
        when totals.mean_days_late < 7 then 'good'
        when totals.mean_days_late < 30 then 'slow'
        else 'late'
    end as rating
from totals
left join core.parties as parties on parties.id = totals.customer_id
