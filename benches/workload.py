"""The 18 marketing queries and TPC-H: our server over Flight SQL on Delta tables, against DuckDB on the same Parquet.

    workload.py [--suite marketing|tpch] [--size M] [--runs 5] [--queries q01,q13]

Both engines run in the same minutes, query by query and run by run in turn; the median of the runs
counts. A result is complete when its last row is in Arrow: over a socket for us, in the process for
DuckDB. Before the first measured run both answers are compared. Peak memory is that of the server's
and of DuckDB's process while it ran the query.
"""

import argparse
import statistics
import time

import agreement
import machine
import report
import server
from duckdb_process import DuckDB
from place import DATA, PROGRAM, SHARED, check

TABLES = {
    "marketing": ["touchpoints", "orders", "ad_spend", "calls", "customers"],
    "tpch": ["lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region"],
}


def queries(suite, wanted):
    """Name, our text and DuckDB's text of each query: every engine is asked in its best SQL."""
    folder = SHARED / ("workload" if suite == "marketing" else "tpch")
    names = sorted({file.name.split(".")[0] for file in folder.glob("q*.sql")})
    for name in names:
        if wanted and name.split("_")[0] not in wanted:
            continue
        texts = []
        for engine in ("datafusion", "duckdb"):
            own = folder / f"{name}.{engine}.sql"
            text = (own if own.exists() else folder / f"{name}.sql").read_text()
            texts.append(text.strip().rstrip(";"))
        yield name, *texts


def fetch(connection, sql):
    """Seconds until the last row of ours was in Arrow, and the rows."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(sql)
        rows = cursor.fetch_arrow_table()
        return time.perf_counter() - started, rows


def compare(name, ours, theirs, suite):
    if "approx" in name:
        return agreement.difference(ours, theirs, agreement.SKETCH, outliers=0.01)
    return agreement.difference(ours, theirs, agreement.EXACT if suite == "marketing" else agreement.DECIMAL)


def measure(name, our_sql, their_sql, served, connection, duckdb, options):
    """One line of the table, or the reason why there is none."""
    for pid in (served.pid, duckdb.pid):
        machine.forget_peak(pid)
    try:
        _, ours = fetch(connection, our_sql)
        _, theirs = duckdb.run(their_sql)
    except Exception as error:
        return None, f"{name}: {str(error).splitlines()[0]}"
    wrong = compare(name, ours, theirs, options.suite)
    if wrong:
        return None, f"{name}: another answer: {wrong}"
    our_seconds, their_seconds = [], []
    for _ in range(options.runs):
        machine.settle(5)
        our_seconds.append(fetch(connection, our_sql)[0])
        their_seconds.append(duckdb.run(their_sql)[0])
    our_time, their_time = statistics.median(our_seconds), statistics.median(their_seconds)
    peaks = [machine.memory(pid, "VmHWM") for pid in (served.pid, duckdb.pid)]
    print(f"{name}: {our_time:.3f} s, DuckDB {their_time:.3f} s, ratio {our_time / their_time:.2f}", flush=True)
    return (name, our_time, their_time, *peaks), None


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--suite", choices=TABLES, default="marketing")
    arguments.add_argument("--size", default="M", help="size of the marketing data")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2, help="threads of both engines")
    arguments.add_argument("--queries", help="only these, such as q01,q13")
    arguments.add_argument("--reload", action="store_true", help="load the lake again")
    options = arguments.parse_args()

    folder = DATA / (options.size if options.suite == "marketing" else "tpch1")
    lake = DATA / "lakes" / folder.name
    tables = TABLES[options.suite]
    check(PROGRAM, *(folder / f"{table}.parquet" for table in tables))
    if options.reload or not lake.exists():
        for table in tables:
            server.load(lake, folder / f"{table}.parquet", table)
            print(f"loaded {table}", flush=True)

    views = [f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}.parquet'" for table in tables]
    wanted = options.queries.split(",") if options.queries else None
    lines, failures = [], []
    with server.Server(lake, options.threads) as served, DuckDB(options.threads, views) as duckdb:
        with served.flight_connection() as connection:
            for name, ours, theirs in queries(options.suite, wanted):
                line, failure = measure(name, ours, theirs, served, connection, duckdb, options)
                if line:
                    lines.append(line)
                else:
                    failures.append(failure)
                    print(failure, flush=True)
    publish(options, lines, failures)


def publish(options, lines, failures):
    header = ["query", "ours s", "DuckDB s", "ratio", "ours peak MiB", "DuckDB peak MiB", "ratio"]
    rows = [
        (name, f"{ours:.3f}", f"{theirs:.3f}", f"{ours / theirs:.2f}", f"{our_peak:.0f}", f"{peak:.0f}", f"{our_peak / peak:.2f}")
        for name, ours, theirs, our_peak, peak in lines
    ]
    times = report.geometric_mean(ours / theirs for _, ours, theirs, _, _ in lines)
    our_peak, their_peak = (max((line[column] for line in lines), default=float("nan")) for column in (3, 4))
    summary = (
        f"{len(lines)} queries: geometric mean {times:.2f} × DuckDB's time, "
        f"peak memory {our_peak:.0f} MiB = {our_peak / their_peak:.2f} × DuckDB's, {len(failures)} failed"
    )
    summary += "".join(f"\n- {failure}" for failure in failures)
    label = options.size if options.suite == "marketing" else "SF1"
    report.publish(f"{options.suite} {label}, {options.runs} runs, {options.threads} threads", header, rows, summary)


if __name__ == "__main__":
    main()
