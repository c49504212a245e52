"""psycopg 3: text and binary, parameters, cursors, pipelines, errors, cancel, transactions."""

import datetime
import decimal
import threading
import time

import psycopg
from psycopg import errors

UTC = datetime.timezone.utc
ENDLESS = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b"


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client psycopg 3", psycopg.__version__)
connection = psycopg.connect(autocommit=True)
assert connection.info.server_version >= 140000, connection.info.server_version
expect(connection.info.parameter_status("standard_conforming_strings"), "on", "start-up parameters")

for binary in (False, True):
    form = "binary" if binary else "text"
    cursor = connection.cursor(binary=binary)
    cursor.execute("SELECT id, state, amount, score, paid, ordered_on, created_at FROM orders WHERE id = %s", (4,))
    expect(
        cursor.fetchone(),
        (4, "open", decimal.Decimal("5.00"), 0.5, False, datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, tzinfo=UTC)),
        f"every type of a row in {form}",
    )
    cursor.execute(
        "SELECT count(*) FROM orders WHERE id > %s AND state = %s AND amount < %s AND created_at >= %s",
        (10, "paid", decimal.Decimal("100.00"), datetime.datetime(2023, 1, 1, tzinfo=UTC)),
    )
    expect(cursor.fetchone(), (52,), f"parameters typed by their columns in {form}")
    cursor.execute("SELECT %s::text, %s::bigint, %s::float8, %s::bool", (None, 2**40, 1.5, True))
    expect(cursor.fetchone(), (None, 2**40, 1.5, True), f"parameters with casts in {form}")

for number in range(8):
    row = connection.execute("SELECT name FROM customers WHERE id = %s", (number % 3 + 1,)).fetchone()
expect(row, ("Bob",), "a statement prepared after five runs")

with psycopg.connect(autocommit=True) as other:
    rows = list(other.cursor(binary=True).stream("SELECT id FROM orders ORDER BY id"))
expect((len(rows), rows[0], rows[-1]), (1000, (1,), (1000,)), "stream()")

with connection.pipeline():
    first = connection.execute("SELECT 1")
    second = connection.execute("SELECT %s::text", ("two",))
    expect((first.fetchone(), second.fetchone()), ((1,), ("two",)), "a pipeline")

connection.execute("CREATE TABLE arrivals (id bigint, name text, at timestamptz)")
with connection.cursor() as cursor:
    cursor.executemany(
        "INSERT INTO arrivals VALUES (%s, %s, %s)",
        [(number, f"row {number}", datetime.datetime(2024, 5, number + 1, tzinfo=UTC)) for number in range(5)],
    )
    expect(cursor.rowcount, 5, "executemany()")
expect(connection.execute("UPDATE arrivals SET name = %s WHERE id < %s", ("x", 2)).rowcount, 2, "UPDATE with parameters")
expect(connection.execute("SELECT count(*) FROM arrivals WHERE name = 'x'").fetchone(), (2,), "rows after the changes")

for sql, error in [
    ("SELECT * FROM no_such_table", errors.UndefinedTable),
    ("SELECT nope FROM orders", errors.UndefinedColumn),
    ("SELECT 1 / 0", errors.DivisionByZero),
    ("SELCT 1", errors.SyntaxError),
    ("SELECT 'x'::bigint", errors.InvalidTextRepresentation),
]:
    try:
        connection.execute(sql)
        raise AssertionError(f"not refused: {sql}")
    except error as refused:
        assert refused.diag.message_primary, sql
ok("errors by their class")

threading.Timer(0.3, connection.cancel).start()
started = time.monotonic()
try:
    connection.execute(ENDLESS)
    raise AssertionError("not cancelled")
except errors.QueryCanceled:
    assert time.monotonic() - started < 1.3, time.monotonic() - started
ok("cancel()")

connection.execute("CREATE TABLE undone (id bigint)")
with psycopg.connect() as block:
    block.execute("INSERT INTO undone VALUES (1)")
    block.rollback()
expect(connection.execute("SELECT count(*) FROM undone").fetchone(), (0,), "a rollback takes back what was written")

with psycopg.connect() as block:
    with block.transaction():
        block.execute("SELECT 1")
        try:
            with block.transaction():
                block.execute("SELECT 1 / 0")
        except errors.DivisionByZero:
            pass
        expect(block.execute("SELECT 'alive'").fetchone(), ("alive",), "nested transactions")

with psycopg.connect() as block:
    with block.cursor(name="on the server") as cursor:
        cursor.execute("SELECT id FROM orders WHERE id > %s ORDER BY id", (990,))
        expect([row[0] for row in cursor.fetchmany(3)], [991, 992, 993], "a cursor on the server")
        cursor.scroll(2)
        expect([row[0] for row in cursor], [996, 997, 998, 999, 1000], "a cursor that skips")
    block.execute("CREATE TEMP TABLE brought (id bigint, word text) ON COMMIT DROP")
    with block.cursor().copy("COPY brought FROM STDIN") as copy:
        copy.write_row((1, "one"))
        copy.write_row((2, None))
    expect(block.execute("SELECT * FROM brought ORDER BY id").fetchall(), [(1, "one"), (2, None)], "a temporary table")
connection.close()
