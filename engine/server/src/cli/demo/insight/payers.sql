-- Who pays late: days from due day to payment, and what is overdue now, by the customers' industry.
-- One row per industry.
select
    c.industry,
    count(*) as invoices,
    round(avg(i.days_late), 1) as days_late,
    round(sum(i.total)) as billed,
    round(sum(i.balance) filter (where i.due_on < '2026-01-01')) as overdue
from core.invoices as i
join core.customers as c on c.customer_id = i.customer_id
where c.industry is not null
group by c.industry
order by days_late desc
