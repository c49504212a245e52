"""Queries answered from materialized views: how much faster, at what cost of planning, and how soon after a commit.

    rewrite.py [--size M] [--runs 5] [--views 200] [--seconds 60] [--commits 10]

Three measurements, each on a lake of its own. A dashboard's questions over the touchpoints, with `bellwether.rewrite`
off and then on; both answers are compared. The time a small aggregation and a look-up take beside many views on
their table, less the time they take when views are not considered. And 1,000 rows a second into a table with a view
that is refreshed on change: how long after the commit a reader of the view sees each batch.
"""

import argparse
import itertools
import os
import shutil
import statistics
import threading
import time

import psycopg

import machine
import report
import server
from place import DATA, PROGRAM, check

VIEWS = [
    "SELECT ts::date AS day, channel, device, count(*) AS touches FROM touchpoints GROUP BY 1, 2, 3",
    "SELECT ts::date AS day, geo, event_type, count(*) AS touches FROM touchpoints GROUP BY 1, 2, 3",
    "SELECT date_trunc('month', ts) AS month, campaign_id, count(*) AS touches, min(ts) AS first, max(ts) AS last FROM touchpoints GROUP BY 1, 2",
    "SELECT date_trunc('month', ts) AS month, channel, count(DISTINCT customer_id) AS customers FROM touchpoints GROUP BY 1, 2",
    "SELECT c.segment, t.ts::date AS day, count(*) AS touches FROM touchpoints t JOIN customers c ON c.customer_id = t.customer_id GROUP BY 1, 2",
]

DASHBOARD = {
    "by month and channel": "SELECT date_trunc('month', ts) AS month, channel, count(*) FROM touchpoints GROUP BY 1, 2 ORDER BY 1, 2",
    "customers by month and channel": "SELECT date_trunc('month', ts) AS month, channel, count(DISTINCT customer_id) FROM touchpoints GROUP BY 1, 2 ORDER BY 1, 2",
    "by month and segment": "SELECT date_trunc('month', t.ts) AS month, c.segment, count(*) FROM touchpoints t JOIN customers c ON c.customer_id = t.customer_id GROUP BY 1, 2 ORDER BY 1, 2",
    "a quarter by day": "SELECT ts::date AS day, count(*) FROM touchpoints WHERE ts >= '2024-04-01' AND ts < '2024-07-01' GROUP BY 1 ORDER BY 1",
    "by device, one channel": "SELECT device, count(*) FROM touchpoints WHERE channel = 'email' GROUP BY 1 ORDER BY 1",
    "by geo and event": "SELECT geo, event_type, count(*) FROM touchpoints GROUP BY 1, 2 ORDER BY 1, 2",
    "campaigns": "SELECT campaign_id, count(*), min(ts), max(ts) FROM touchpoints GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20",
    "all": "SELECT count(*), count(DISTINCT channel) FROM touchpoints",
}


def linked(source, target):
    """The lake again, its files shared: a lake's files never change."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)
    return target


def timed(connection, sql, rewrite):
    connection.execute(f"SET bellwether.rewrite = {rewrite}")
    started = time.perf_counter()
    rows = connection.execute(sql).fetchall()
    return time.perf_counter() - started, rows


def repeated(connection, sql, rewrite, runs):
    """The rows, and the median seconds after a first run that is not counted."""
    answers = [timed(connection, sql, rewrite) for _ in range(runs + 1)]
    return answers[0][1], statistics.median(seconds for seconds, _ in answers[1:])


def dashboard(options):
    source = DATA / "lakes" / options.size
    if not source.exists():
        for table in ("touchpoints", "customers"):
            server.load(source, DATA / options.size / f"{table}.parquet", table)
    lake = linked(source, DATA / "lakes" / f"rewrite_{options.size}")
    rows, ratios = [], []
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True, prepare_threshold=None) as connection:
        connection.execute("SET statement_timeout = 0")
        for number, view in enumerate(VIEWS):
            connection.execute(f"CREATE MATERIALIZED VIEW dashboard_{number} AS {view}")
        for name, sql in DASHBOARD.items():
            plan = str(connection.execute(f"EXPLAIN {sql}").fetchall())
            if " answers" not in plan:
                raise SystemExit(f"{name} is not answered from a view: {plan}")
            # A dashboard does not read the raw rows between two of its questions: each way runs by itself.
            expected, raw = repeated(connection, sql, "off", options.runs)
            found, fast = repeated(connection, sql, "on", options.runs)
            if found != expected:
                raise SystemExit(f"{name}: another answer")
            ratios.append(raw / fast)
            rows.append((name, f"{raw * 1e3:.1f}", f"{fast * 1e3:.1f}", f"{raw / fast:.0f}"))
    summary = (f"from views {report.geometric_mean(ratios):.0f} × faster (geometric mean of {len(rows)} questions, "
               f"least {min(ratios):.0f} ×), answers equal")
    report.publish(f"rewriting, size {options.size}", ["question", "raw ms", "from view ms", "times faster"], rows, summary)


def planning(options):
    lake = DATA / "lakes" / f"rewrite_{options.views}_views"
    shutil.rmtree(lake, ignore_errors=True)
    columns = [f"c{number}" for number in range(20)]
    made = [f"CREATE TABLE t AS SELECT {', '.join(f'n % {2 + place} AS {name}' for place, name in enumerate(columns))} "
            "FROM generate_series(1, 1000) AS s (n);"]
    groups = list(itertools.combinations(columns, 3))
    for number in range(options.views):
        keys = ", ".join(groups[number * len(groups) // options.views])
        made.append(f"CREATE MATERIALIZED VIEW v{number} AS SELECT {keys}, sum(c{number % 7}) AS total, "
                    f"count(*) AS n FROM t WHERE c{number % 11} > {number % 3} GROUP BY {keys};")
    server.run(lake, "sql", "\n".join(made))
    statements = {
        "an aggregation": "SELECT c3, c4, sum(c19), count(*) FROM t WHERE c1 = 1 AND c2 < 2 GROUP BY c3, c4",
        "a look-up": "SELECT c3, c4, c19 FROM t WHERE c1 = 1 AND c2 < 2 LIMIT 5",
    }
    rows, costs = [], {}
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        first = timed(connection, statements["an aggregation"], "on")[0] * 1e3
        for name, sql in statements.items():
            times = {"off": [], "on": []}
            for _ in range(40):
                for rewrite in times:
                    times[rewrite].append(timed(connection, sql, rewrite)[0])
            off, on = (statistics.median(times[rewrite]) * 1e3 for rewrite in ("off", "on"))
            costs[name] = on - off
            rows.append((name, f"{off:.1f}", f"{on:.1f}", f"{on - off:.1f}"))
    rows.append(("the first aggregation after the start", "", f"{first:.1f}", ""))
    summary = (f"comparing an aggregation with {options.views} views, none of which answers, takes "
               f"{costs['an aggregation']:.1f} ms (a look-up {costs['a look-up']:.1f} ms)")
    header = ["statement", "not considered ms", "considered ms", "difference ms"]
    report.publish(f"planning with {options.views} views", header, rows, summary)


def on_change(options):
    lake = DATA / "lakes" / "rewrite_stream"
    shutil.rmtree(lake, ignore_errors=True)
    committed, seen = {}, {}
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as writer:
        writer.execute("CREATE TABLE stream (batch bigint, channel text, amount decimal(18, 4))")
        writer.execute("CREATE MATERIALIZED VIEW live WITH (refresh = 'on change') AS "
                       "SELECT channel, count(*) AS n, sum(amount) AS amount, max(batch) AS latest FROM stream GROUP BY channel")
        ended = threading.Event()

        def watch():
            latest = 0
            with psycopg.connect(served.conninfo(), autocommit=True) as reader:
                while not ended.is_set() or latest < max(committed):
                    (found,) = reader.execute("SELECT max(latest) FROM live").fetchone()
                    now = time.monotonic()
                    for batch in range(latest + 1, (found or 0) + 1):
                        seen[batch] = now
                    latest = found or latest
                    if ended.is_set() and now - committed[max(committed)] > 60:
                        return
                    time.sleep(0.02)

        watcher = threading.Thread(target=watch)
        watcher.start()
        started = time.monotonic()
        rows_each = 1000 // options.commits
        for batch in range(1, options.seconds * options.commits + 1):
            values = ", ".join(f"({batch}, 'channel {row % 8}', {row}.25)" for row in range(rows_each))
            writer.execute(f"INSERT INTO stream VALUES {values}")
            committed[batch] = time.monotonic()
            time.sleep(max(0, started + batch / options.commits - time.monotonic()))
        rate = len(committed) * rows_each / (time.monotonic() - started)
        ended.set()
        watcher.join()
    if len(seen) < len(committed):
        raise SystemExit(f"{len(committed) - len(seen)} of {len(committed)} batches never showed in the view")
    waits = sorted(seen[batch] - committed[batch] for batch in committed)
    median, late = statistics.median(waits), waits[int(len(waits) * 0.99)]
    rows = [("median", f"{median:.2f}"), ("99 of 100", f"{late:.2f}"), ("longest", f"{waits[-1]:.2f}")]
    summary = f"at {rate:.0f} rows/s a batch shows in the view {late:.2f} s after its commit or sooner (p99)"
    report.publish("refresh on change", ["commit to visible", "seconds"], rows, summary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="M")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--views", type=int, default=200)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--commits", type=int, default=10, help="commits a second, of 1,000 rows together")
    arguments.add_argument("--only", choices=["dashboard", "planning", "on_change"])
    options = arguments.parse_args()
    check(PROGRAM)
    for measure in (dashboard, planning, on_change):
        if options.only in (None, measure.__name__):
            machine.settle(5)
            measure(options)


if __name__ == "__main__":
    main()
