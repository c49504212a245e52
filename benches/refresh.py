"""Refreshes of a materialized view after an append, against computing it whole, over tables of growing size.

    refresh.py [--size M] [--rows 1000000,10000000,20000000] [--runs 5]

A view of days and channels stands on a table of so many rows, which lie in the order of time as rows do that came day
after day. Each run appends 0.1 % of them, refreshes the view, and computes the same view whole once more; medians
count. The last column appends the same 1,000 rows to every table: what a refresh costs grows with the change and not
with the table. After each refresh the view is compared with its query.

Second, a view of a day's customers, which cannot be merged: a row comes late, and its day alone is computed again.
"""

import argparse
import shutil
import statistics
import time

import psycopg

import machine
import report
from place import DATA, PROGRAM, check
from server import Server, load

# Money is decimal: sums of floats are not merged, because they would differ in their last digits.
COLUMNS = "touch_id, customer_id, ts, channel, campaign_id, event_type, cost::decimal(18, 4) AS cost, device, geo"
QUERY = """SELECT date_trunc('day', ts) AS day, channel, count(*) AS touchpoints, sum(cost) AS cost, avg(cost) AS mean
           FROM base_{rows} GROUP BY 1, 2"""
CUSTOMERS = """SELECT date_trunc('day', ts) AS day, count(DISTINCT customer_id) AS customers FROM base_{rows} GROUP BY 1"""
LATE = "SELECT {columns} FROM touchpoints WHERE ts >= '2023-02-15' AND ts < '2023-02-16' LIMIT 1"


def timed(connection, sql):
    started = time.perf_counter()
    connection.execute(sql)
    return time.perf_counter() - started


def append(connection, rows, count, offset):
    """Some of the latest rows once more: what is new is mostly of the latest days."""
    connection.execute(
        f"INSERT INTO base_{rows} SELECT {COLUMNS} FROM touchpoints ORDER BY ts DESC OFFSET {offset} LIMIT {count}"
    )


def check_mode(connection, view, wanted):
    (mode,) = connection.execute(
        f"SELECT last_refresh FROM system.materialized_views WHERE view_name = '{view}'"
    ).fetchone()
    if mode != wanted:
        raise SystemExit(f"the refresh of {view} was done as {mode}")


def check_rows(connection, view, query):
    (count,) = connection.execute(
        f"SELECT count(*) FROM ((SELECT * FROM {view} EXCEPT ALL ({query})) UNION ALL (({query}) EXCEPT ALL SELECT * FROM {view})) AS d"
    ).fetchone()
    if count:
        raise SystemExit(f"{view} does not hold what its query gives")


def refreshed(connection, rows, runs, count, compare):
    times = []
    for run in range(runs):
        append(connection, rows, count, run * count)
        times.append(timed(connection, f"REFRESH MATERIALIZED VIEW daily_{rows}"))
        check_mode(connection, f"daily_{rows}", "merge")
    if compare:
        check_rows(connection, f"daily_{rows}", QUERY.format(rows=rows))
    return statistics.median(times)


def late(connection, rows, runs):
    """Seconds to compute all days' customers, and those of a day with a late row."""
    query = CUSTOMERS.format(rows=rows)
    create = f"CREATE OR REPLACE MATERIALIZED VIEW customers_{rows} AS {query}"
    whole = statistics.median(timed(connection, create) for _ in range(runs))
    times = []
    for _ in range(runs):
        connection.execute(f"INSERT INTO base_{rows} {LATE.format(columns=COLUMNS)}")
        times.append(timed(connection, f"REFRESH MATERIALIZED VIEW customers_{rows}"))
        check_mode(connection, f"customers_{rows}", "groups")
    check_rows(connection, f"customers_{rows}", query)
    return whole, statistics.median(times)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="M", help="size of the marketing data")
    arguments.add_argument("--rows", default="1000000,10000000,20000000")
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    parquet = DATA / options.size / "touchpoints.parquet"
    check(PROGRAM, parquet)
    lake = DATA / "lakes" / "refresh"
    shutil.rmtree(lake, ignore_errors=True)
    load(lake, parquet, "touchpoints")
    lines, parts, late_lines = [], [], []
    with Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        connection.execute("SET bellwether.rewrite = off")
        for rows in map(int, options.rows.split(",")):
            some = f"SELECT {COLUMNS} FROM touchpoints LIMIT {rows}"
            connection.execute(f"CREATE TABLE base_{rows} AS SELECT * FROM ({some}) AS t ORDER BY ts")
            create = f"CREATE OR REPLACE MATERIALIZED VIEW daily_{rows} AS {QUERY.format(rows=rows)}"
            machine.settle(10)
            whole = statistics.median(timed(connection, create) for _ in range(options.runs))
            machine.settle(10)
            part = refreshed(connection, rows, options.runs, rows // 1000, compare=True)
            same = refreshed(connection, rows, options.runs, 1000, compare=False)
            share = part / whole
            parts.append(f"{rows:,} rows {share:.1%}")
            lines.append((f"{rows:,}", f"{whole:.3f}", f"{part * 1000:.0f}", f"{share:.1%}", f"{same * 1000:.0f}"))
            print(lines[-1], flush=True)
            machine.settle(10)
            whole, part = late(connection, rows, options.runs)
            late_lines.append((f"{rows:,}", f"{whole:.3f}", f"{part * 1000:.0f}", f"{part / whole:.1%}"))
            print(late_lines[-1], flush=True)
    header = ["rows", "whole s", "after 0.1 % ms", "share of whole", "after 1,000 rows ms"]
    report.publish(f"refresh {options.size}, {options.runs} runs", header, lines, f"refresh after 0.1 %: {', '.join(parts)}")
    header = ["rows", "whole s", "after a late row ms", "share of whole"]
    summary = f"a late row of one day of {late_lines[-1][0]} rows: {late_lines[-1][3]} of computing all days"
    report.publish(f"late rows {options.size}, {options.runs} runs", header, late_lines, summary)


if __name__ == "__main__":
    main()
