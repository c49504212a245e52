"""psycopg2: values written into the statement by the client, everything in a transaction block, named cursors, COPY."""

import datetime
import decimal
import io
import json

import psycopg2
import psycopg2.errors
import psycopg2.extras


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client psycopg2", psycopg2.__version__.split()[0])
connection = psycopg2.connect("")
cursor = connection.cursor()

cursor.execute("SELECT %s, %s, count(*) FROM orders WHERE state IN %s", (1, "a'b\\c", ("open", "x")))
expect(cursor.fetchone(), (1, "a'b\\c", 250), "values written into the statement")
cursor.execute("SELECT id, state, amount, score, paid, ordered_on, created_at FROM orders WHERE id = 4")
utc = datetime.timezone.utc
expect(
    cursor.fetchone(),
    (4, "open", decimal.Decimal("5.00"), 0.5, False, datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, tzinfo=utc)),
    "every type of a row",
)
expect(
    [(column.name, column.type_code, column.precision, column.scale) for column in cursor.description[:3]],
    [("id", 20, None, None), ("state", 25, None, None), ("amount", 1700, 12, 2)],
    "columns with their types",
)
cursor.execute("SELECT %s::jsonb, ARRAY['a', NULL]", (json.dumps({"k": [1, None]}),))
expect(cursor.fetchone(), ({"k": [1, None]}, ["a", None]), "JSON and arrays")
cursor.execute("SELECT * FROM orders WHERE state = ANY(%s) AND amount < %s", (["open"], decimal.Decimal("20")))
expect(len(cursor.fetchall()), 3, "a list as an array")
connection.rollback()

with connection.cursor("named") as named:
    named.itersize = 50
    named.execute("SELECT id FROM orders ORDER BY id")
    expect([row[0] for row in named], list(range(1, 1001)), "a named cursor")
connection.rollback()

copied = io.StringIO()
cursor.copy_expert("COPY (SELECT id, state FROM orders WHERE id < 3 ORDER BY id) TO STDOUT WITH CSV HEADER", copied)
expect(copied.getvalue(), "id,state\n1,paid\n2,paid\n", "COPY TO")
cursor.execute("CREATE TABLE brought (id bigint, word text)")
cursor.copy_expert("COPY brought FROM STDIN", io.StringIO("1\tone\n2\t\\N\n"))
psycopg2.extras.execute_values(cursor, "INSERT INTO brought VALUES %s", [(3, "three"), (4, "four")])
cursor.execute("SELECT count(*), count(word) FROM brought")
expect(cursor.fetchone(), (4, 3), "COPY FROM and execute_values()")
connection.commit()

cursor.execute("SAVEPOINT before")
try:
    cursor.execute("SELECT nope FROM orders")
    raise AssertionError("not refused")
except psycopg2.errors.UndefinedColumn as refused:
    expect(refused.diag.sqlstate, "42703", "an error by its class")
try:
    cursor.execute("SELECT 1")
    raise AssertionError("answered in a failed block")
except psycopg2.errors.InFailedSqlTransaction:
    ok("nothing is answered in a failed block")
cursor.execute("ROLLBACK TO SAVEPOINT before")
cursor.execute("SELECT 1")
expect(cursor.fetchone(), (1,), "a savepoint brings it back")
connection.rollback()

connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
cursor.execute("SHOW transaction_isolation")
expect(cursor.fetchone(), ("repeatable read",), "set_session()")
connection.rollback()
expect(psycopg2.extras.HstoreAdapter.get_oids(connection), ((), ()), "types that are not there are not found")
connection.close()
