-- Money at hand at the end of each day. One row per cash account and day that a balance is known for.
-- grain:    account_id, as_of
-- plan:     7.1.1, 7.1.6
-- audits:   unique(grain), not_null(account_id, as_of)
-- example:  select as_of, sum(balance) from core.cash_balances group by as_of order by as_of desc limit 10
-- columns:
--   account_id  The account.
--   account     Its name.
--   as_of       End of this day of the business.
--   balance     What it held, reporting currency; NULL where its currency has no rate.
select
    x.account_id,
    a.name as account,
    x.as_of,
    (x.balance * case when x.currency = b.currency then 1::decimal(18,9) else r.rate end)::decimal(18,4) as balance
from core.balances as x
join core.accounts as a on a.id = x.account_id and a.is_cash
cross join core.business as b
left join core.daily_rates as r on r.currency = x.currency and r.on_date = x.as_of
where x.kind = 'actual' and x.deleted_at is null
