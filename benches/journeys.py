"""Attribution and journeys through our functions, against DuckDB's and ClickHouse's SQL; Markov against a library.

    journeys.py [--size M] [--runs 5] [--only parquet|tables|states|library] [--queries q01,q08]

- parquet: the table in the order of arrival, as DuckDB reads the same rows from Parquet. Our engine reads no bare
  Parquet: what it reads are the files that `load` wrote of it, without clustering.
- tables: every engine's own tables, as it likes them best: ours clustered by customer and time, DuckDB's file,
  ClickHouse's MergeTree ordered by customer and time.
- states: new questions to a table of `journey_agg` states, against the fastest peer's answer from raw events.
- library: Markov attribution of order 1 over a million paths, against ChannelAttribution.

All answers are compared with DuckDB's before they are timed; runs take turns, the median counts.
"""

import argparse
import contextlib
import os
import pathlib
import statistics
import time

import numpy
import pyarrow as pa
import pyarrow.parquet

import agreement
import journey_questions
import machine
import report
import server
from clickhouse_process import ClickHouse, is_installed
from duckdb_process import DuckDB
from place import DATA, PROGRAM, check, workload

TABLES = ["touchpoints", "orders"]

# What ChannelAttribution 2.2.5 takes on the reference machine, by the issue that asked for this.
PUBLISHED_CPU_SECONDS = 2.1

GOALS = {
    "parquet": {"q01": 0.50, "q02": 0.45, "q03": 0.30, "q04": 0.80, "q08": 0.25, "q09": 0.55},
    "tables": dict.fromkeys(["q01", "q02", "q03", "q04", "q08", "q09"], 1.0) | {"q13": 2.0},
    "states": dict.fromkeys(["q01", "q03", "q04"], 0.1),
}


def asked(questions, options):
    wanted = options.queries.split(",") if options.queries else None
    return [question for question in questions if not wanted or question[1].split("_")[0] in wanted]


def fetch(connection, sql):
    """Seconds until the last row of ours was in Arrow, and the rows."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(sql)
        rows = cursor.fetch_arrow_table()
        return time.perf_counter() - started, rows


def duckdb_views(size):
    return [f"CREATE VIEW {table} AS SELECT * FROM '{DATA / size / table}.parquet'" for table in TABLES]


@contextlib.contextmanager
def native_peers(options):
    """DuckDB and, where it is installed, ClickHouse on their own tables, which are made where they are missing."""
    folder = DATA / "native"
    folder.mkdir(exist_ok=True)
    file = folder / f"journeys_{options.size}.duckdb"
    if not file.exists():
        made = [f"CREATE TABLE native.{table} AS SELECT * FROM '{DATA / options.size / table}.parquet'" for table in TABLES]
        with DuckDB(options.threads, [f"ATTACH '{file}' AS native", *made, "CHECKPOINT native"]) as duckdb:
            duckdb.run("SELECT 1")
    with contextlib.ExitStack() as stack:
        peers = {"DuckDB": ("duckdb", stack.enter_context(DuckDB(options.threads, [f"ATTACH '{file}' AS native (READ_ONLY)", "USE native"])))}
        if is_installed():
            store = folder / f"journeys_{options.size}.clickhouse"
            made = [] if store.exists() else ["CREATE DATABASE native ENGINE = Atomic"] + [
                f"CREATE TABLE native.{table} ENGINE = MergeTree ORDER BY (customer_id, ts) SETTINGS allow_nullable_key = 1 "
                f"AS SELECT * FROM file('{DATA / options.size / table}.parquet', 'Parquet')" for table in TABLES
            ] + ["OPTIMIZE TABLE native.touchpoints FINAL"]
            clickhouse = stack.enter_context(ClickHouse(options.threads, store, [*made, "USE native"]))
            clickhouse.run("SELECT 1")
            peers["ClickHouse"] = ("clickhouse", clickhouse)
        yield peers


def measure(question, served, connection, peers, options, goal):
    """The row of a question: our seconds, those of the fastest peer, ratios of time and of peak memory."""
    name, query, sql, expect = question
    sql = sql or workload(query, "datafusion")
    for pid in (served.pid, *(peer.pid for _, peer in peers.values())):
        machine.forget_peak(pid)
    try:
        _, ours = fetch(connection, sql)
        answers = {label: peer.run(workload(query, text))[1] for label, (text, peer) in peers.items()}
    except Exception as error:
        return None, f"{name}: {str(error).splitlines()[0]}"
    wrong = agreement.difference(ours, expect(answers["DuckDB"]) if expect else answers["DuckDB"])
    if wrong:
        return None, f"{name}: another answer: {wrong}"
    taken = {label: [] for label in ("ours", *peers)}
    for _ in range(options.runs):
        machine.settle(5)
        taken["ours"].append(fetch(connection, sql)[0])
        for label, (text, peer) in peers.items():
            taken[label].append(peer.run(workload(query, text))[0])
    median = {label: statistics.median(seconds) for label, seconds in taken.items()}
    fastest = min(peers, key=median.get)
    ratio = median["ours"] / median[fastest]
    peak = machine.memory(served.pid, "VmHWM")
    their_peak = machine.memory(peers["DuckDB"][1].pid, "VmHWM")
    print(f"{name}: {median['ours']:.3f} s, {fastest} {median[fastest]:.3f} s, ratio {ratio:.2f}", flush=True)
    row = (name, query.split("_")[0], f"{median['ours']:.3f}", f"{median[fastest]:.3f} {fastest}", f"{ratio:.2f}",
           f"≤ {goal:.2f}", "yes" if ratio <= goal else "NO", f"{peak:.0f}", f"{peak / their_peak:.2f}")
    return row, None


HEADER = ["question", "query", "ours s", "fastest peer s", "ratio", "goal", "held", "our peak MiB", "ratio to DuckDB's"]


def compare(part, questions, lake, peers, options):
    rows, failures = [], []
    with server.Server(lake, options.threads) as served, served.flight_connection() as connection:
        for question in questions:
            row, failure = measure(question, served, connection, peers, options, GOALS[part][question[1].split("_")[0]])
            if row:
                rows.append(row)
            else:
                failures.append(failure)
                print(failure, flush=True)
    held = sum(row[6] == "yes" for row in rows)
    summary = (f"{held} of {len(rows) + len(failures)} goals held, geometric mean {report.geometric_mean(float(row[4]) for row in rows):.2f} × "
               f"the fastest peer's time; answers equal to DuckDB's, peers: {', '.join(peers)}")
    summary += "".join(f"\n- {failure}" for failure in failures)
    report.publish(f"journeys, {part}, {options.size}, {options.runs} runs, {options.threads} threads", HEADER, rows, summary)


def parquet(options):
    lake = DATA / "lakes" / options.size
    if not lake.exists():
        for table in TABLES:
            server.load(lake, DATA / options.size / f"{table}.parquet", table)
    with DuckDB(options.threads, duckdb_views(options.size)) as duckdb:
        compare("parquet", asked(journey_questions.RAW, options), lake, {"DuckDB": ("duckdb", duckdb)}, options)


def clustered(options):
    """The lake with our own layout of the tables, and with the journeys of all customers."""
    lake = DATA / "lakes" / f"journeys_{options.size}"
    if not lake.exists():
        for table in TABLES:
            file = DATA / options.size / f"{table}.parquet"
            server.run(lake, "load", file, "--into", table, "--mode", "replace", "--cluster-by", "customer_id,ts")
        server.run(lake, "sql", f"CREATE MATERIALIZED VIEW journeys AS {journey_questions.JOURNEYS}")
    return lake


def tables(options):
    lake = clustered(options)
    with native_peers(options) as peers:
        compare("tables", asked([*journey_questions.RAW, journey_questions.LOOK_UP], options), lake, peers, options)


def states(options):
    lake = clustered(options)
    with native_peers(options) as peers:
        compare("states", asked(journey_questions.STORED, options), lake, peers, options)


def processor_seconds(pid):
    """What a process has computed so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def million_paths(file):
    """A million walks through twelve channels, some of which convert."""
    random = numpy.random.default_rng(1)
    channels = numpy.array([f"channel {number:02}" for number in range(12)])
    lengths = random.geometric(0.25, 1_000_000)
    steps = channels[(random.random(lengths.sum()) ** 2 * len(channels)).astype(int)]
    ends = numpy.cumsum(lengths)
    paths = [" > ".join(steps[end - length:end]) for end, length in zip(ends, lengths)]
    converts = (random.random(len(paths)) < 0.1).astype(int)
    table = {"path": paths, "conversions": converts, "value": converts * numpy.round(random.lognormal(4, 1, len(paths)), 2), "nulls": 1 - converts}
    pa.parquet.write_table(pa.table(table), file)


def library_seconds(file):
    """Processor seconds and credits of ChannelAttribution, or its published time."""
    try:
        import ChannelAttribution
    except ImportError:
        return PUBLISHED_CPU_SECONDS, None, "published"
    frame = pa.parquet.read_table(file).to_pandas()
    started = time.process_time()
    credits = ChannelAttribution.markov_model(frame, "path", "conversions", var_value="value", var_null="nulls", order=1, verbose=False)
    return time.process_time() - started, dict(zip(credits["channel_name"], credits["total_conversions"])), "ChannelAttribution"


def library(options):
    file, lake = DATA / "paths_1000000.parquet", DATA / "lakes" / "paths"
    if not lake.exists():
        million_paths(file)
        server.load(lake, file, "paths")
    sql = ("SELECT c['channel'] AS channel, c['conversions'] AS conversions "
           "FROM (SELECT unnest(markov_attribution(path, conversions, value, nulls)) AS c FROM paths) AS credits ORDER BY 1")
    walls, processors = [], []
    with server.Server(lake, options.threads) as served, served.flight_connection() as connection:
        _, credits = fetch(connection, sql)
        for _ in range(options.runs):
            machine.settle(5)
            before = processor_seconds(served.pid)
            walls.append(fetch(connection, sql)[0])
            processors.append(processor_seconds(served.pid) - before)
    theirs, found, source = library_seconds(file)
    ours = statistics.median(processors)
    differs = "not compared"
    if found:
        pairs = zip(*(column.to_pylist() for column in credits.columns))
        differs = f"{max(abs(conversions / found[channel] - 1) for channel, conversions in pairs):.1%} at most: it simulates"
    rows = [("ours, exact", f"{statistics.median(walls):.2f}", f"{ours:.2f}"), (source, "", f"{theirs:.2f}")]
    summary = f"{ours / theirs:.2f} × the library's processor time (goal ≤ 0.25); credits differ by {differs}"
    report.publish("Markov of order 1, 1 M paths", ["who", "median s", "processor s"], rows, summary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="M")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2, help="threads of every engine")
    arguments.add_argument("--queries", help="only these, such as q01,q08")
    arguments.add_argument("--only", choices=["parquet", "tables", "states", "library"])
    options = arguments.parse_args()
    check(PROGRAM, *(DATA / options.size / f"{table}.parquet" for table in TABLES))
    for part in (parquet, tables, states, library):
        if options.only in (None, part.__name__):
            part(options)


if __name__ == "__main__":
    main()
