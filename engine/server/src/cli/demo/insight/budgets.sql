-- What cost centres spent against their budgets, by quarter of 2025.
-- One row per cost centre and quarter.
with spent as (
    select org_unit_id, extract(quarter from issued_on)::int as quarter, sum(cost) as cost
    from core.bills
    where extract(year from issued_on) = 2025
    group by org_unit_id, 2
),

planned as (
    select org_unit_id, extract(quarter from period_start)::int as quarter, sum(value) as budget
    from core.budgets
    where metric = 'cost' and extract(year from period_start) = 2025
    group by org_unit_id, 2
)

select
    u.name as cost_center,
    p.quarter,
    round(p.budget) as budget,
    round(s.cost) as spent,
    round(100.0 * s.cost / p.budget - 100, 1) as over_percent
from planned as p
join core.org_units as u on u.id = p.org_unit_id
left join spent as s on s.org_unit_id = p.org_unit_id and s.quarter = p.quarter
order by over_percent desc
limit 6
