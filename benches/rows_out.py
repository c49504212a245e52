"""Five million rows of eight columns out of the server, against PostgreSQL, in the same run.

    rows_out.py [--size M] [--runs 5] [--rows 5000000]

Ways: ours over Flight SQL (ADBC, into Arrow) and over the Postgres door (psycopg's stream(), binary,
into Python rows); PostgreSQL's binary COPY drained by psycopg, its rows by the same stream(), and
into Arrow by ADBC; DuckDB in the process as the upper limit. The ways take turns.
"""

import argparse
import statistics
import time

import adbc_driver_postgresql.dbapi as adbc_postgres
import duckdb
import psycopg

import machine
import report
import server
from place import DATA, PROGRAM, check
from postgres import Postgres

QUERY = "SELECT * FROM transfer"
COLUMNS = """touch_id, customer_id, ts, coalesce(session_id, 0) AS session_id, coalesce(campaign_id, 0) AS campaign_id,
    coalesce(cost, 0.0)::DOUBLE AS cost, (touch_id * 0.37)::DOUBLE AS score, coalesce(channel, 'none') AS channel"""
POSTGRES_COLUMNS = """touch_id bigint, customer_id bigint, ts timestamp, session_id bigint, campaign_id integer,
    cost double precision, score double precision, channel text"""


def make_file(source, rows):
    file = DATA / f"rows_{rows}.parquet"
    if not file.exists():
        duckdb.sql(f"COPY (SELECT {COLUMNS} FROM '{source}' LIMIT {rows}) TO '{file}' (FORMAT parquet)")
    return file


def fill_postgres(postgres, file, rows):
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        present = connection.execute("SELECT to_regclass('transfer')").fetchone()[0]
        if present and connection.execute("SELECT count(*) FROM transfer").fetchone()[0] == rows:
            return
        connection.execute("DROP TABLE IF EXISTS transfer")
        connection.execute(f"CREATE UNLOGGED TABLE transfer ({POSTGRES_COLUMNS})")
        csv = file.with_suffix(".csv")
        duckdb.sql(f"COPY (SELECT * FROM '{file}') TO '{csv}' (HEADER false)")
        with connection.cursor().copy("COPY transfer FROM STDIN (FORMAT csv)") as copy, open(csv, "rb") as source:
            while block := source.read(1 << 20):
                copy.write(block)
        csv.unlink()
        connection.execute("VACUUM ANALYZE transfer")


def arrow(connection):
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        return sum(batch.num_rows for batch in cursor.fetch_record_batch())


def stream(conninfo):
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return sum(1 for _ in connection.cursor(binary=True).stream(QUERY))


def copy_binary(conninfo, rows):
    with psycopg.connect(conninfo, autocommit=True) as connection:
        with connection.cursor().copy(f"COPY ({QUERY}) TO STDOUT (FORMAT binary)") as copy:
            for _ in copy:
                pass
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="M", help="size of the marketing data")
    arguments.add_argument("--rows", type=int, default=5_000_000)
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    source = DATA / options.size / "touchpoints.parquet"
    check(PROGRAM, source)
    file = make_file(source, options.rows)
    lake = DATA / "lakes" / "transfer"
    server.load(lake, file, "transfer")

    with server.Server(lake) as ours, Postgres() as postgres:
        fill_postgres(postgres, file, options.rows)
        flight = ours.flight_connection()
        adbc = adbc_postgres.connect(postgres.uri(), autocommit=True)
        memory = duckdb.connect()
        memory.execute(f"CREATE TABLE transfer AS SELECT * FROM '{file}'")
        ways = {
            "ours: Flight SQL → Arrow": lambda: arrow(flight),
            "ours: Postgres door, stream() binary": lambda: stream(ours.conninfo()),
            "PostgreSQL: COPY binary, drained": lambda: copy_binary(postgres.conninfo(), options.rows),
            "PostgreSQL: stream() binary": lambda: stream(postgres.conninfo()),
            "PostgreSQL: ADBC → Arrow": lambda: arrow(adbc),
            "DuckDB in the process → Arrow": lambda: memory.sql(QUERY).to_arrow_table().num_rows,
        }
        seconds = {way: [] for way in ways}
        growth = {way: 0.0 for way in ways}
        for _ in range(options.runs):
            for way, read in ways.items():
                machine.settle(5)
                machine.forget_peak(ours.pid)
                before = machine.memory(ours.pid, "VmRSS")
                started = time.perf_counter()
                rows = read()
                seconds[way].append(time.perf_counter() - started)
                growth[way] = max(growth[way], machine.memory(ours.pid, "VmHWM") - before)
                if rows != options.rows:
                    raise SystemExit(f"{way}: {rows} rows instead of {options.rows}")
                print(f"{way}: {options.rows / seconds[way][-1] / 1e6:.2f} M rows/s", flush=True)
        flight.close()
        adbc.close()
    publish(options, seconds, growth)


def publish(options, seconds, growth):
    rate = {way: options.rows / statistics.median(runs) / 1e6 for way, runs in seconds.items()}
    rows = [
        (way, f"{statistics.median(runs):.3f}", f"{rate[way]:.2f}", f"{growth[way]:.0f}" if way.startswith("ours") else "")
        for way, runs in seconds.items()
    ]
    copied, streamed = rate["PostgreSQL: COPY binary, drained"], rate["PostgreSQL: stream() binary"]
    summary = (
        f"Flight SQL {rate['ours: Flight SQL → Arrow'] / copied:.2f} × PostgreSQL's binary COPY; "
        f"Postgres door {rate['ours: Postgres door, stream() binary'] / streamed:.2f} × PostgreSQL's stream(); "
        f"the server's memory grew by at most {max(growth[way] for way in growth if way.startswith('ours')):.0f} MiB"
    )
    header = ["way", "median s", "M rows/s", "server's growth MiB"]
    report.publish(f"{options.rows:,} rows × 8 columns out, {options.runs} runs", header, rows, summary)


if __name__ == "__main__":
    main()
