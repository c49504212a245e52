-- What other terms of payment would do to the cash at hand, if customers stayed as late as they are. One row per term.
-- grain:    term_days
-- plan:     7.1.2
-- audits:   unique(grain), not_null(term_days)
-- example:  select term_days, cash_effect from finance.terms_impact order by term_days
-- columns:
--   term_days       Days from invoice to due day: 0, 7, 14, 30, 45, 60 or 90.
--   current_days    Days that invoices of the last twelve months give now, weighted by amount; NULL without a due day.
--   mean_days_late  Days that they are paid after the due day, weighted by amount; NULL while none is paid.
--   daily_invoiced  Invoiced a day over the last twelve months, or since the first invoice in them; reporting currency.
--   cash_effect     Cash at hand more (or, when negative, less) once all invoices have this term:
--                   daily_invoiced × (current_days - term_days); reporting currency.
with recent as (
    select invoices.issued_on, invoices.due_on, invoices.days_late, invoices.total, clock.today
    from core.invoices as invoices
    cross join core.clock as clock
    where invoices.issued_on > clock.today - 365 and invoices.issued_on <= clock.today and invoices.total is not null
),

terms as (
    select
        (sum((due_on - issued_on) * total) / nullif(sum(total) filter (where due_on is not null), 0))::double precision
            as current_days,
        (sum(days_late * total) / nullif(sum(total) filter (where days_late is not null), 0))::double precision as mean_days_late,
        sum(total) / (max(today) - min(issued_on) + 1) as daily_invoiced
    from recent
    -- Without an invoice there is no term to change.
    having count(*) > 0
)

select
    offered.term_days,
    terms.current_days,
    terms.mean_days_late,
    terms.daily_invoiced::decimal(18, 4) as daily_invoiced,
    (terms.daily_invoiced::double precision * (terms.current_days - offered.term_days))::decimal(18, 4) as cash_effect
from terms
cross join (values (0), (7), (14), (30), (45), (60), (90)) as offered (term_days)
