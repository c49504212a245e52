"""Refreshes of a materialized view after an append, against computing it whole, over tables of growing size.

    refresh.py [--size M] [--rows 1000000,10000000,20000000] [--runs 5]

A view of days and channels stands on a table of so many rows. Each run appends 0.1 % of them, refreshes the
view, and computes the same view whole once more; medians count. The last column appends the same 1,000 rows to
every table: what a refresh costs grows with the change and not with the table. After each refresh the view is
compared with its query.
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
DIFFERENCE = """SELECT count(*) FROM (
    (SELECT * FROM daily_{rows} EXCEPT ALL ({query})) UNION ALL (({query}) EXCEPT ALL SELECT * FROM daily_{rows})) AS d"""


def timed(connection, sql):
    started = time.perf_counter()
    connection.execute(sql)
    return time.perf_counter() - started


def append(connection, rows, count, offset):
    """Some of the latest rows once more: what is new is mostly of the latest days."""
    connection.execute(
        f"INSERT INTO base_{rows} SELECT {COLUMNS} FROM touchpoints ORDER BY ts DESC OFFSET {offset} LIMIT {count}"
    )


def refreshed(connection, rows, runs, count, compare):
    times = []
    for run in range(runs):
        append(connection, rows, count, run * count)
        times.append(timed(connection, f"REFRESH MATERIALIZED VIEW daily_{rows}"))
        mode = connection.execute(
            f"SELECT last_refresh FROM system.materialized_views WHERE view_name = 'daily_{rows}'"
        ).fetchone()[0]
        if mode != "merge":
            raise SystemExit(f"the refresh was done as {mode}")
    if compare:
        query = QUERY.format(rows=rows)
        if connection.execute(DIFFERENCE.format(rows=rows, query=query)).fetchone()[0]:
            raise SystemExit("the view does not hold what its query gives")
    return statistics.median(times)


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
    lines, parts = [], []
    with Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        connection.execute("SET bellwether.rewrite = off")
        for rows in map(int, options.rows.split(",")):
            connection.execute(f"CREATE TABLE base_{rows} AS SELECT {COLUMNS} FROM touchpoints LIMIT {rows}")
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
    header = ["rows", "whole s", "after 0.1 % ms", "share of whole", "after 1,000 rows ms"]
    report.publish(f"refresh {options.size}, {options.runs} runs", header, lines, f"refresh after 0.1 %: {', '.join(parts)}")


if __name__ == "__main__":
    main()
