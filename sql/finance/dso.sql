-- How many days of sales wait to be paid at the end of each month. One row per month from the first invoice to today.
-- grain:    month
-- plan:     7.1.5
-- audits:   unique(grain), not_null(month), receivables >= 0
-- example:  select month, receivables, dso, best_possible_dso from finance.dso where is_complete order by month desc limit 12
-- columns:
--   month              First day of the month.
--   invoiced           Invoices of the month with tax, reporting currency.
--   receivables        Invoices that were not paid at the end of the month (today, in an open one), reporting currency.
--   current_part       Of these, what was not yet due or has no due day, reporting currency.
--   days               Days of the month so far.
--   dso                receivables / invoiced of the last three months × their days; NULL where nothing was invoiced.
--   best_possible_dso  The same of current_part: if everybody paid when due.
--   is_complete        Whether the month is over.
with invoices as (
    select issued_on, paid_on, due_on, total from core.invoices where total is not null
),

months as (
    select
        generate_series(date_trunc('month', span.first_on)::date, date_trunc('month', span.today)::date, interval '1 month')::date as month,
        span.today
    from (select min(invoices.issued_on) as first_on, min(clock.today) as today from invoices cross join core.clock as clock) as span
    where span.first_on <= span.today
),

ends as (
    select
        month,
        today,
        least((month + interval '1 month')::date - 1, today) as last_on
    from months
),

totals as (
    select
        ends.month,
        ends.today,
        ends.last_on,
        coalesce(sum(invoices.total) filter (where invoices.issued_on >= ends.month), 0) as invoiced,
        coalesce(sum(invoices.total) filter (where invoices.paid_on is null or invoices.paid_on > ends.last_on), 0) as receivables,
        coalesce(sum(invoices.total) filter (
            where (invoices.paid_on is null or invoices.paid_on > ends.last_on)
                and (invoices.due_on is null or invoices.due_on >= ends.last_on)
        ), 0) as current_part
    from ends
    left join invoices on invoices.issued_on <= ends.last_on
    group by ends.month, ends.today, ends.last_on
),

quarters as (
    select
        *,
        sum(invoiced) over three_months as recent_invoiced,
        sum(last_on - month + 1) over three_months as recent_days
    from totals
    window three_months as (order by month rows between 2 preceding and current row)
)

select
    month,
    invoiced::decimal(18, 4) as invoiced,
    receivables::decimal(18, 4) as receivables,
    current_part::decimal(18, 4) as current_part,
    (last_on - month + 1)::int as days,
    (receivables * recent_days / nullif(recent_invoiced, 0))::double precision as dso,
    (current_part * recent_days / nullif(recent_invoiced, 0))::double precision as best_possible_dso,
    (month + interval '1 month')::date <= today as is_complete
from quarters
