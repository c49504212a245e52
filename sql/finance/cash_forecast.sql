-- The cash of the next 90 days, day by day: open invoices and bills when their parties are used to paying, new ones as in the last
-- 90 days, and payments without one as usual. One row per day.
-- grain:    day
-- plan:     7.1.1
-- audits:   unique(grain), not_null(day, balance_p50), inflow >= 0, outflow >= 0, balance_p10 <= balance_p90, p_negative between 0 and 1
-- example:  select day, inflow, outflow, balance_p10, balance_p50, balance_p90, p_negative from finance.cash_forecast order by day
-- columns:
--   day          Day, business-local, from tomorrow on.
--   inflow       What is expected to come in, reporting currency.
--   outflow      What is expected to go out, reporting currency.
--   balance_p10  Cash at the end of the day that is not reached in one of ten cases, reporting currency.
--   balance_p50  Cash that is reached in half of the cases, reporting currency.
--   balance_p90  Cash that is reached in one of ten cases only, reporting currency.
--   p_negative   Chance that the cash is below 0.
with today as (
    select today from core.clock where today is not null
),

balance as (
    select sum(balance) as cash
    from (
        select balances.balance, row_number() over (partition by balances.account_id order by balances.as_of desc) as nth
        from core.cash_balances as balances
        cross join today
        where balances.as_of <= today.today
    ) as latest
    where nth = 1
),

days as (
    select generate_series(today + 1, today + 90, interval '1 day')::date as day, today from today
),

papers as (
    select customer_id as party, 1 as sign, issued_on, coalesce(due_on, issued_on + 30) as due_on, due_on is not null as has_due_on, paid_on,
        total, coalesce(balance, total) as open_balance
    from core.invoices
    where total is not null
    union all
    select vendor_id, -1, issued_on, coalesce(due_on, issued_on + 30), due_on is not null, paid_on, total, coalesce(balance, total)
    from core.bills
    where total is not null
),

-- What is not billed yet is billed as before, and paid after as many days as before.
new_papers as (
    select
        papers.sign,
        sum(papers.total) filter (where papers.issued_on > today.today - 90 and papers.issued_on <= today.today) / 90 as amount,
        coalesce(
            round((avg(papers.paid_on - papers.issued_on) filter (where papers.issued_on > today.today - 365))::numeric, 0)::int, 30
        ) as days_to_pay
    from papers
    cross join today
    group by papers.sign
),

-- Payments that settle neither an invoice nor a bill: of orders, wages, rent, taxes.
others as (
    select
        (payments.paid_at at time zone business.tz)::date as paid_on,
        payments.direction,
        payments.amount * case when payments.currency = business.currency then 1 else rates.rate end as amount
    from core.payments as payments
    cross join core.business as business
    left join core.documents as documents on documents.id = payments.document_id
    left join core.daily_rates as rates
        on rates.currency = payments.currency and rates.on_date = (payments.paid_at at time zone business.tz)::date
    where payments.status = 'succeeded' and payments.kind <> 'transfer' and payments.deleted_at is null
        and coalesce(documents.kind, 'order') not in ('invoice', 'bill', 'expense')
),

daily_inflows as (
    select others.paid_on, sum(others.amount) as amount
    from others
    cross join today
    where others.direction = 'in' and others.paid_on > today.today - 84 and others.paid_on <= today.today
    group by others.paid_on
),

-- Customers come by the week, costs by the month.
usual_inflows as (
    select
        extract(isodow from paid_on)::int as weekday,
        (sum(amount) / 12)::double precision as amount,
        sqrt(greatest((sum(amount * amount) / 12)::double precision - power((sum(amount) / 12)::double precision, 2), 0)) as deviation
    from daily_inflows
    group by extract(isodow from paid_on)::int
),

usual_outflows as (
    select least(extract(day from others.paid_on)::int, 28) as day_of_month, (sum(others.amount) / 3)::double precision as amount
    from others
    cross join today
    where others.direction = 'out'
        and others.paid_on >= (date_trunc('month', today.today) - interval '3 months')::date
        and others.paid_on < date_trunc('month', today.today)::date
    group by least(extract(day from others.paid_on)::int, 28)
),

expected as (
    select null::text as party, today + 1 as due_on, cash::double precision as amount, 0::double precision as deviation, today
    from balance
    cross join today
    where cash is not null
    union all
    select papers.party, papers.due_on, (papers.sign * papers.open_balance)::double precision, 0, today.today
    from papers
    cross join today
    where papers.paid_on is null and papers.open_balance > 0 and papers.issued_on <= today.today
    union all
    select null, days.day, (new_papers.sign * new_papers.amount)::double precision, 0, days.today
    from days
    inner join new_papers on days.day > days.today + new_papers.days_to_pay
    where new_papers.amount is not null
    union all
    select null, days.day, usual_inflows.amount, usual_inflows.deviation, days.today
    from days
    inner join usual_inflows on usual_inflows.weekday = extract(isodow from days.day)::int
    union all
    select null, days.day, -usual_outflows.amount, 0, days.today
    from days
    inner join usual_outflows on usual_outflows.day_of_month = extract(day from days.day)::int
),

flows as (
    -- The function looks ahead from a constant: days are counted from the first of the year 2000 in place of today.
    select party, date '2000-01-01' + (due_on - today) as due_on, amount, deviation from expected
),

history as (
    select party, (sign * total)::double precision as amount, paid_on - due_on as days_late
    from papers
    where paid_on is not null and has_due_on
)

-- The cash of today is a flow of the first day: the function's own opening balance would have to be a constant.
select
    today.today + (ahead.day - date '2000-01-01') as day,
    (ahead.inflow - case when ahead.day = date '2000-01-02' then greatest(balance.cash, 0) else 0 end)::decimal(18, 4) as inflow,
    (ahead.outflow + case when ahead.day = date '2000-01-02' then least(balance.cash, 0) else 0 end)::decimal(18, 4) as outflow,
    ahead.balance_p10::decimal(18, 4) as balance_p10,
    ahead.balance_p50::decimal(18, 4) as balance_p50,
    ahead.balance_p90::decimal(18, 4) as balance_p90,
    ahead.p_negative
from cash_forecast(
    flows, history,
    due => 'due_on', amount => 'amount', party => 'party', days_late => 'days_late', deviation => 'deviation',
    opening => 0, since => '2000-01-01', horizon => 90
) as ahead
cross join today
cross join balance
-- Without a balance there is nothing to begin with.
where balance.cash is not null
