-- What came, day by day, of everything that is planned for the whole business. One row per metric and day with anything.
-- grain:    metric, on_date
-- refresh:  on change
-- plan:     4.1.5, 4.1.8, 7.3.1
-- audits:   unique(grain), not_null(metric, on_date)
-- example:  select metric, sum(value) as value from planning.actuals_daily where on_date >= '2025-01-01' group by metric order by metric
-- columns:
--   metric   revenue, orders, new_customers or spend.
--   on_date  Day, business-local.
--   value    What came: money in the reporting currency, or a count.
with numbered as (
    select
        ordered_on,
        revenue,
        case when customer_id is not null then row_number() over (partition by customer_id order by ordered_at, order_id) end as nth
    from core.orders
)

select 'revenue' as metric, ordered_on as on_date, sum(revenue)::decimal(18, 4) as value from numbered group by ordered_on
union all
select 'orders', ordered_on, count(*)::decimal(18, 4) from numbered group by ordered_on
union all
select 'new_customers', ordered_on, count(*)::decimal(18, 4) from numbered where nth = 1 group by ordered_on
union all
select 'spend', on_date, sum(spend)::decimal(18, 4) from core.spend group by on_date
