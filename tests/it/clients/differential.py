"""Runs the statements of tests/differential on PostgreSQL and on the server and compares what they answer.

Environment: PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE for the server; REFERENCE_DSN for PostgreSQL;
DIFFERENTIAL names the folder of statements; DIFFERENTIAL_ONLY keeps files whose name contains it.

A file holds a statement a line. A statement that ends with `-- differs: reason` may differ, and it is an error when it
does not any more. Files run in three time zones if their name says that they are about time, else in UTC.

Compared are names, type OIDs and values in text format, and for errors the SQLSTATE. Decimals are equal when they are
the same number: zeros behind the last digit of a computed numeric are counted apart, and so are type modifiers.
"""

import decimal
import os
import pathlib
import sys

import psycopg
from psycopg import pq

ZONES = ["UTC", "Europe/Paris", "America/New_York"]
ABOUT_TIME = ("zone", "datetime", "to_char", "to_timestamp", "sets")
NUMERIC = 1700
NUMERIC_ARRAY = 1231


def connect(dsn):
    connection = psycopg.connect(dsn, autocommit=True)
    return connection.pgconn


def run(pgconn, sql):
    result = pgconn.exec_(sql.encode())
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"?????").decode()
        message = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode()
        return {"error": state, "message": message}
    columns = range(result.nfields)
    rows = [
        [None if (v := result.get_value(row, column)) is None else v.decode() for column in columns]
        for row in range(result.ntuples)
    ]
    return {
        "names": [result.fname(column).decode() for column in columns],
        "types": [result.ftype(column) for column in columns],
        "modifiers": [result.fmod(column) for column in columns],
        "rows": rows,
    }


def same_value(oid, a, b):
    if a == b:
        return "same"
    if a is None or b is None or oid not in (NUMERIC, NUMERIC_ARRAY):
        return "different"
    numbers = [text.strip("{}").split(",") for text in (a, b)]
    try:
        same = [decimal.Decimal(x) for x in numbers[0]] == [decimal.Decimal(x) for x in numbers[1]]
        return "scale" if same else "different"
    except decimal.InvalidOperation:
        return "different"


def compare(expected, actual):
    """What differs, and whether only the scale of a numeric does."""
    if "error" in expected or "error" in actual:
        if expected.get("error") == actual.get("error"):
            return None, False
        told = lambda r: f"{r['error']} {r['message']}" if "error" in r else str(r["rows"][:2])
        return f"error\n    postgres: {told(expected)}\n    here:     {told(actual)}", False
    for what in ("names", "types"):
        if expected[what] != actual[what]:
            rows = f" rows {expected['rows'][:1]} {actual['rows'][:1]}"
            return f"{what}\n    postgres: {expected[what]}\n    here:     {actual[what]}{rows}", False
    a, b = expected["rows"], actual["rows"]
    if len(a) != len(b):
        return f"rows\n    postgres: {len(a)} {a[:3]}\n    here:     {len(b)} {b[:3]}", False
    scale = False
    for row_a, row_b in zip(a, b):
        for oid, value_a, value_b in zip(expected["types"], row_a, row_b):
            verdict = same_value(oid, value_a, value_b)
            if verdict == "different":
                return f"values\n    postgres: {row_a}\n    here:     {row_b}", False
            scale = scale or verdict == "scale"
    return None, scale


def statements(path):
    for line in path.read_text().splitlines():
        line = line.strip()
        if line and not line.startswith("--"):
            sql, _, reason = line.partition(" -- differs: ")
            yield sql.rstrip(";"), reason


def main():
    folder = pathlib.Path(os.environ["DIFFERENTIAL"])
    only = os.environ.get("DIFFERENTIAL_ONLY", "")
    reference = connect(os.environ["REFERENCE_DSN"])
    server = connect("")
    setup = (folder / "setup.sql").read_text()
    for pgconn in (reference, server):
        answer = run(pgconn, setup)
        assert "error" not in answer, answer
    counts = {"same": 0, "scale": 0, "modifier": 0, "known": 0, "different": 0}
    differed = {}
    for path in sorted(folder.glob("*.sql")):
        if path.name == "setup.sql" or only not in path.name:
            continue
        different = 0
        zones = ZONES if any(word in path.name for word in ABOUT_TIME) else ["UTC"]
        for zone in zones:
            for pgconn in (reference, server):
                run(pgconn, f"SET TimeZone = '{zone}'")
            for sql, reason in statements(path):
                expected, actual = run(reference, sql), run(server, sql)
                difference, scale = compare(expected, actual)
                if reason:
                    differed[sql] = differed.get(sql, False) or difference is not None
                if difference and reason:
                    counts["known"] += 1
                elif difference:
                    different += 1
                    print(f"DIFFERS {path.name} {zone}: {sql}\n  {difference}")
                else:
                    counts["same"] += 1
                    counts["scale"] += scale
                    counts["modifier"] += expected.get("modifiers") != actual.get("modifiers")
                if server.status != pq.ConnStatus.OK:
                    server = connect("")
                    run(server, f"SET TimeZone = '{zone}'")
        counts["different"] += different
        print(f"{'ok' if different == 0 else 'not ok'} {path.name}")
    for sql in (sql for sql, differs in differed.items() if not differs):
        counts["different"] += 1
        print(f"DIFFERS NO MORE: {sql}")
    print(
        f"same {counts['same']} (of these {counts['scale']} with other zeros behind a numeric,"
        f" {counts['modifier']} with another type modifier),"
        f" known differences {counts['known']}, differences {counts['different']}"
    )
    sys.exit(1 if counts["different"] else 0)


main()
