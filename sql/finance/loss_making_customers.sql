-- Customers who have cost more than they brought, and why. One row per customer.
-- grain:    customer_id
-- plan:     7.2.6
-- audits:   unique(grain), not_null(customer_id, reason), loss > 0
-- example:  select name, loss, reason from finance.loss_making_customers order by loss desc limit 20
-- columns:
--   customer_id  The canonical party.
--   name         Full name.
--   orders       Orders.
--   net_revenue  Revenue less refunds, reporting currency.
--   loss         What is missing for a margin of zero, reporting currency.
--   reason       The cost without which there would be no loss: refunds, service or goods.
select
    margins.customer_id,
    margins.name,
    margins.orders,
    margins.net_revenue,
    (-margins.margin)::decimal(18, 4) as loss,
    case
        when margins.margin + customers.refunds >= 0 then 'refunds'
        when margins.margin + margins.cost_of_service >= 0 then 'service'
        else 'goods'
    end as reason
from finance.margin_by_customer as margins
inner join customer.orders_of_customers as customers on customers.customer_id = margins.customer_id
where margins.margin < 0
