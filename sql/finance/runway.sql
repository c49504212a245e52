-- How long the cash lasts if the next months are as the last three. One row, as of today.
-- grain:    as_of
-- plan:     7.1.6
-- audits:   unique(grain), months_of_runway >= 0, monthly_burn >= 0
-- example:  select cash, monthly_burn, months_of_runway, empty_on from finance.runway
-- columns:
--   as_of             Today, as core.clock has it.
--   cash              Last known balance of every cash account, summed, reporting currency.
--   monthly_burn      Mean of what went out less what came in over the last three complete months with payments, 0 when more
--                     came in; reporting currency; NULL without such a month.
--   months_of_runway  cash / monthly_burn; NULL while nothing is burnt or no balance is known.
--   empty_on          Day on which the cash is used up then; NULL as months_of_runway.
--   status            ok, or why there is no number: no_balances, no_payments, not_burning.
with last_balances as (
    select sum(balance) as cash
    from (
        select balances.balance, row_number() over (partition by balances.account_id order by balances.as_of desc) as nth
        from core.cash_balances as balances
        cross join core.clock as clock
        where balances.as_of <= clock.today
    ) as latest
    where nth = 1
),

burnt as (
    select greatest(avg(net_out), 0) as monthly_burn
    from (
        select -net as net_out, row_number() over (order by month desc) as nth
        from finance.burn
        where is_complete
    ) as months
    where nth <= 3
),

figures as (
    select
        clock.today as as_of,
        last_balances.cash,
        burnt.monthly_burn,
        greatest((last_balances.cash / nullif(burnt.monthly_burn, 0))::double precision, 0) as months_of_runway
    from core.clock as clock
    cross join last_balances
    cross join burnt
    where clock.today is not null
)

select
    as_of,
    cash::decimal(18, 4) as cash,
    monthly_burn::decimal(18, 4) as monthly_burn,
    case when cash is not null and monthly_burn > 0 then months_of_runway end as months_of_runway,
    -- A month has 30.4375 days on average; beyond a century the day says nothing.
    case when cash is not null and monthly_burn > 0 and months_of_runway < 1200 then as_of + floor(months_of_runway * 30.4375)::int end
        as empty_on,
    case
        when cash is null then 'no_balances'
        when monthly_burn is null then 'no_payments'
        when monthly_burn = 0 then 'not_burning'
        else 'ok'
    end as status
from figures
