"""`bellwether load` of Parquet and CSV, against DuckDB's CREATE TABLE AS from the same file.

    load.py [--size M] [--runs 3] [--csv-rows 5000000]

Ours is the whole command, from its start to its end: read, write, checksum, fsync, commit. DuckDB's
is the statement and the checkpoint into a database file, without the start of its process. The two
take turns, each time into something new.
"""

import argparse
import multiprocessing
import shutil
import statistics
import time

import duckdb

import machine
import report
import server
from place import DATA, PROGRAM, check


def ours(file):
    lake = DATA / "lakes" / "load"
    shutil.rmtree(lake, ignore_errors=True)
    started = time.perf_counter()
    server.load(lake, file, "loaded")
    return time.perf_counter() - started


def _duckdb(pipe, file, reader):
    database = DATA / "load.duckdb"
    database.unlink(missing_ok=True)
    connection = duckdb.connect(str(database))
    connection.execute("SET threads = 2")
    started = time.perf_counter()
    connection.execute(f"CREATE TABLE loaded AS SELECT * FROM {reader}('{file}')")
    connection.execute("CHECKPOINT")
    pipe.send(time.perf_counter() - started)
    connection.close()
    database.unlink()


def theirs(file, reader):
    """In a fresh process each time: nothing of the file is in DuckDB's own cache."""
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=_duckdb, args=(other, file, reader))
    process.start()
    seconds = pipe.recv()
    process.join()
    return seconds


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="M", help="size of the marketing data")
    arguments.add_argument("--csv-rows", type=int, default=5_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    parquet = DATA / options.size / "touchpoints.parquet"
    check(PROGRAM, parquet)
    csv = DATA / f"touchpoints_{options.csv_rows}.csv"
    if not csv.exists():
        duckdb.sql(f"COPY (SELECT * FROM '{parquet}' LIMIT {options.csv_rows}) TO '{csv}' (HEADER true)")

    rows, ratios = [], []
    for name, file, reader in (("Parquet", parquet, "read_parquet"), ("CSV", csv, "read_csv")):
        our_seconds, their_seconds = [], []
        for _ in range(options.runs):
            machine.settle(10)
            our_seconds.append(ours(file))
            machine.settle(10)
            their_seconds.append(theirs(file, reader))
            print(f"{name}: {our_seconds[-1]:.2f} s, DuckDB {their_seconds[-1]:.2f} s", flush=True)
        our_time, their_time = statistics.median(our_seconds), statistics.median(their_seconds)
        megabytes = file.stat().st_size / 1e6
        rows.append((name, f"{megabytes:.0f}", f"{our_time:.2f}", f"{their_time:.2f}", f"{their_time / our_time:.2f}"))
        ratios.append(f"{name} {their_time / our_time:.2f}")
    header = ["file", "MB", "ours s", "DuckDB s", "speed, DuckDB = 1"]
    report.publish(f"load {options.size}, {options.runs} runs", header, rows, f"speed relative to DuckDB: {', '.join(ratios)}")


if __name__ == "__main__":
    main()
