"""From the start of `bellwether serve` until it is ready, on a lake with many tables.

    cold_start.py [--tables 200] [--runs 5]

Also: until the first query over each of the tables' first and last is answered.
"""

import argparse
import statistics
import time

import psycopg

import machine
import report
import server
from place import DATA, PROGRAM, check


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tables", type=int, default=200)
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    check(PROGRAM)
    lake = DATA / "lakes" / f"tables_{options.tables}"
    if not lake.exists():
        tables = (f"CREATE TABLE t{number} AS SELECT {number} AS id, 'row' AS name;" for number in range(options.tables))
        server.run(lake, "sql", "\n".join(tables))

    ready, answered = [], []
    with server.Server(lake) as served:
        for _ in range(options.runs):
            served.stop()
            machine.settle(5)
            started = time.monotonic()
            ready.append(served.start())
            with psycopg.connect(served.conninfo(), autocommit=True) as connection:
                for number in (0, options.tables - 1):
                    assert connection.execute(f"SELECT id FROM t{number}").fetchone() == (number,)
            answered.append(time.monotonic() - started)
            print(f"ready after {ready[-1]:.3f} s, answered after {answered[-1]:.3f} s", flush=True)
    rows = [("ready", f"{statistics.median(ready):.3f}", f"{max(ready):.3f}"),
            ("first answers", f"{statistics.median(answered):.3f}", f"{max(answered):.3f}")]
    summary = f"ready {statistics.median(ready):.2f} s after the start, on {options.tables} tables (slowest of {options.runs}: {max(ready):.2f} s)"
    report.publish(f"cold start, {options.tables} tables", ["until", "median s", "slowest s"], rows, summary)


if __name__ == "__main__":
    main()
