"""What is planted in the demo business, found again with the ready views and the functions.

    truths.py [--size medium] [--lake FOLDER] [--program target/release/bellwether]

Makes the demo in the lake unless it is there, asks for every planted truth that is to be found, and prints truth, what was
found and whether that holds. Ends with 1 when one does not.
"""

import argparse
import pathlib
import sys
import time

import psycopg

import report
import server
from place import DATA, PROGRAM, check

# Each statement gives rows of: subject, truth, found, whether it holds.
TO_THE_CENT = """
with orders as (select sum(revenue) as revenue from core.orders),
     spend as (select sum(spend) as spend from core.spend),
     revenues as (
         select 'credits, ' || model as subject, sum(revenue) as found from marketing.attribution_credits group by model
         union all
         select 'by channel, ' || model, sum(revenue) from marketing.attribution_by_channel group by model
         union all
         select 'roi_daily', sum(revenue) from marketing.roi_daily
     ),
     spends as (
         select 'by channel, ' || model as subject, sum(spend) as found from marketing.attribution_by_channel group by model
         union all
         select 'roi_daily', sum(spend) from marketing.roi_daily
         union all
         select 'margin_by_channel', sum(spend) from finance.margin_by_channel
         union all
         select 'roi_by_campaign', sum(spend) from marketing.roi_by_campaign
     )
select told.subject || ': revenue', orders.revenue, told.found, told.found = orders.revenue from revenues as told cross join orders
union all
select told.subject || ': spend', spend.spend, told.found, told.found = spend.spend from spends as told cross join spend
order by 1
"""

CUSTOMER_VALUE = """
with history as (
    select * from rfm_summary(
        (select customer_id, ordered_on, revenue from core.orders where customer_id is not null),
        customer => 'customer_id', ts => 'ordered_on', value => 'revenue', until => '2025-12-31')
),
purchases as (select bg_nbd_fit(frequency, recency, t) as model from history),
worth as (select gamma_gamma_fit(frequency, monetary) as model from history where frequency > 0),
found as (
    select 'bg_nbd' as subject, unnest(array['r', 'alpha', 'a', 'b']) as metric,
           unnest(array[(model).r, (model).alpha, (model).a, (model).b]) as value from purchases
    union all
    select 'gamma_gamma', unnest(array['p', 'q', 'v']), unnest(array[(model).p, (model).q, (model).v]) from worth
)
select t.subject || ' ' || t.metric, t.value, f.value, abs(f.value / t.value - 1) <= 0.05
from demo.truths as t left join found as f on f.subject = t.subject and f.metric = t.metric
where t.kind = 'clv' order by 1
"""

# The days on which something was planted, and the day after: what did not happen on one happens on the next.
PLANTED_DAYS = """
planted as (
    select distinct generate_series(starts_on, ends_on + 1, interval '1 day')::date as on_date
    from demo.truths where kind in ('anomaly', 'conversion_drop')
)"""

ANOMALIES = f"""
with days as (
    select subject, value, meaning, generate_series(starts_on, ends_on, interval '1 day')::date as on_date
    from demo.truths where kind = 'anomaly' and subject in ('visits', 'missed calls')
),
found as (
    select days.subject || ' ' || days.on_date as subject, days.value as truth, a.value / nullif(a.baseline, 0) as found,
           a.metric is not null as held
    from days
    left join signals.anomalies as a on a.metric = replace(days.subject, ' ', '_') and a.on_date = days.on_date
),
goods as (
    select o.ordered_on, count(*) as orders, count(r.order_id) as refunded
    from (select distinct order_id, ordered_on from core.order_items where product_kind in ('good', 'bundle')) as o
    left join (select distinct order_id from core.refunds) as r on r.order_id = o.order_id
    group by o.ordered_on
),
sent_back as (
    select * from detect_anomalies(goods, ts => 'ordered_on', value => 'refunded', denominator => 'orders', kind => 'rate', sensitivity => 0.999)
)
select subject, truth, found, coalesce(held, false) from found
union all
select 'refunds of goods ' || t.starts_on || ' to ' || t.ends_on, t.value, sum(s.value * g.orders) / sum(g.orders),
       count(*) filter (where s.is_anomaly) = count(*)
from demo.truths as t
join sent_back as s on s.ts::date between t.starts_on and t.ends_on
join goods as g on g.ordered_on = s.ts::date
where t.subject = 'refunds of goods' group by t.starts_on, t.ends_on, t.value
union all
select 'missed calls after noon ' || t.starts_on, t.value, avg(case when c.missed then 1.0 else 0.0 end), bool_and(c.missed)
from demo.truths as t
join core.calls as c on c.started_on = t.starts_on and c.hour >= 12 and c.direction = 'in'
where t.subject = 'missed calls after noon' group by t.starts_on, t.value
union all
select 'cost per lead, Google Ads ' || t.starts_on, t.value, max(s.cost_per_lead / s.usual_cost), coalesce(bool_or(s.is_spike), false)
from demo.truths as t
join signals.cost_per_lead_spike as s on s.channel = 'Google Ads' and s.week + 6 >= t.starts_on and s.week <= t.ends_on
where t.subject = 'cost per lead, Google Ads' group by t.starts_on, t.value
union all
select 'checkouts on mobiles ' || t.starts_on || ' to ' || t.ends_on, t.value, d.orders / d.checkouts,
       abs(d.orders / d.checkouts - t.value) < 0.05 and d.changes > 0
from demo.truths as t
cross join (
    select count(distinct id) filter (where name = 'Order Completed')::double precision as orders,
           count(distinct id) filter (where name = 'Checkout Started') as checkouts,
           (select count(*) from signals.conversion_rate_change
            where is_change and value = 'mobile' and rate < usual_rate and week between '2025-03-10' and '2025-04-06') as changes
    from core.events
    where device = 'mobile' and (ts at time zone 'America/New_York')::date between '2025-03-10' and '2025-04-06'
        and name in ('Checkout Started', 'Order Completed')
) as d
where t.kind = 'conversion_drop'
order by 1
"""

FALSE_ALARMS = f"""
with {PLANTED_DAYS},
metrics as (
    select metric, count(*) / 365.25 as years from signals.metrics_daily group by metric
),
alarms as (
    select a.metric, count(*) as alarms from signals.anomalies as a
    where a.on_date not in (select on_date from planted)
    group by a.metric
)
select 'false alarms a year: ' || m.metric, 2.0, coalesce(a.alarms, 0) / m.years, coalesce(a.alarms, 0) / m.years <= 2
from metrics as m left join alarms as a on a.metric = m.metric order by 1
"""

STAFFING = """
with found as (select weekday || ' ' || hour as subject from operations.call_capacity where state in ('nobody', 'too few')),
     truth as (select subject from demo.truths where kind = 'staffing_gap')
select 'weekday and hour ' || coalesce(t.subject, f.subject), t.subject, f.subject, t.subject is not null and f.subject is not null
from truth as t full join found as f on f.subject = t.subject order by 1
"""

LATE_PAYERS = """
select t.subject, t.value, avg(i.days_late), abs(avg(i.days_late) - t.value) <= 1
from core.invoices as i
join core.parties as p on p.id = i.customer_id
join demo.truths as t on t.kind = 'payment_delay' and t.subject = p.industry
where i.paid_on is not null group by t.subject, t.value order by 1
"""

BUDGETS = """
with found as (
    select v.subject, sum(v.actual) / sum(v.budget) as factor from finance.variance as v
    where v.metric = 'cost' and v.period_start between '2025-07-01' and '2025-09-30'
    group by v.subject having sum(v.actual) > 1.1 * sum(v.budget)
)
select coalesce(t.subject, f.subject), t.value, f.factor, t.subject is not null and abs(f.factor / t.value - 1) <= 0.05
from (select * from demo.truths where kind = 'budget_overrun') as t
full join found as f on f.subject = t.subject order by 1
"""

OTHERS = """
select 'baskets with ' || t.subject, t.value, max(c.confidence), max(c.confidence) >= t.value
from demo.truths as t join customer.cross_sell as c on c.product = t.subject
where t.kind = 'basket' group by t.subject, t.value
union all
select 'late jobs', t.value, avg(case when j.on_time then 0.0 else 1.0 end), abs(avg(case when j.on_time then 0.0 else 1.0 end) - t.value) < 0.02
from demo.truths as t cross join core.jobs as j
where t.kind = 'service' and t.metric = 'share' and j.on_time is not null group by t.value
order by 1
"""

TRUTHS = {
    "reconciled with the orders": TO_THE_CENT,
    "customer value": CUSTOMER_VALUE,
    "anomalies": ANOMALIES,
    "false alarms": FALSE_ALARMS,
    "staffing gaps": STAFFING,
    "late payers": LATE_PAYERS,
    "budget overrun": BUDGETS,
    "service and baskets": OTHERS,
}


def shown(value):
    if value is None:
        return "–"
    return str(value) if isinstance(value, str) else f"{value:,.4f}".rstrip("0").rstrip(".")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="medium", choices=["small", "medium"])
    arguments.add_argument("--lake", type=pathlib.Path, help="where the demo is, or is made")
    arguments.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    options = arguments.parse_args()
    server.PROGRAM = options.program
    check(server.PROGRAM)
    lake = options.lake or DATA / "lakes" / f"demo_{options.size}"
    server.run(lake, "demo", "--size", options.size, "--no-serve")
    lines, missed = [], 0
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        for truth, statement in TRUTHS.items():
            started = time.monotonic()
            rows = connection.execute(statement).fetchall()
            assert rows, f"nothing is known of {truth}"
            print(f"{truth}: {time.monotonic() - started:.1f} s", flush=True)
            for subject, planted, found, held in rows:
                missed += not held
                lines.append((truth, subject, shown(planted), shown(found), "yes" if held else "NO"))
    summary = f"{len(lines) - missed} of {len(lines)} planted truths of the {options.size} demo found again"
    report.publish(f"planted truths, {options.size}", ["what", "of", "truth", "found", "held"], lines, summary)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
