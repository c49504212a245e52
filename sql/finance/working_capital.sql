-- Money bound in the business at the end of each month. One row per month from the first invoice or bill to today.
-- grain:    month
-- plan:     7.1.3
-- audits:   unique(grain), not_null(month), working_capital = receivables - payables
-- example:  select month, receivables, payables, working_capital, days_of_sales from finance.working_capital order by month desc limit 12
-- columns:
--   month            First day of the month.
--   receivables      Invoices that were not paid at its end (today, in an open month), reporting currency.
--   payables         Bills and expenses that were not paid then, reporting currency.
--   working_capital  receivables - payables, reporting currency.
--   change           working_capital less that of the month before, reporting currency: cash that the business bound; NULL for
--                    the first.
--   invoiced         Invoices of the month, reporting currency.
--   days_of_sales    working_capital in days of the month's invoices; NULL without any.
--   is_complete      Whether the month is over.
with papers as (
    select issued_on, paid_on, total as receivable, 0::decimal(18, 4) as payable from core.invoices
    union all
    select issued_on, paid_on, 0, total from core.bills
),

months as (
    select
        generate_series(date_trunc('month', span.first_on)::date, date_trunc('month', span.today)::date, interval '1 month')::date as month,
        span.today
    from (select min(papers.issued_on) as first_on, min(clock.today) as today from papers cross join core.clock as clock) as span
    where span.first_on <= span.today
),

ends as (
    select month, today, least((month + interval '1 month')::date - 1, today) as last_on from months
),

totals as (
    select
        ends.month,
        ends.today,
        ends.last_on,
        coalesce(sum(papers.receivable) filter (where papers.paid_on is null or papers.paid_on > ends.last_on), 0) as receivables,
        coalesce(sum(papers.payable) filter (where papers.paid_on is null or papers.paid_on > ends.last_on), 0) as payables,
        coalesce(sum(papers.receivable) filter (where papers.issued_on >= ends.month), 0) as invoiced
    from ends
    left join papers on papers.issued_on <= ends.last_on
    group by ends.month, ends.today, ends.last_on
)

select
    month,
    receivables::decimal(18, 4) as receivables,
    payables::decimal(18, 4) as payables,
    (receivables - payables)::decimal(18, 4) as working_capital,
    (receivables - payables - lag(receivables - payables) over (order by month))::decimal(18, 4) as change,
    invoiced::decimal(18, 4) as invoiced,
    ((receivables - payables) * (last_on - month + 1) / nullif(invoiced, 0))::double precision as days_of_sales,
    (month + interval '1 month')::date <= today as is_complete
from totals
