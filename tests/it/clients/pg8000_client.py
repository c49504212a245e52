"""pg8000: a driver in Python alone, prepared statements in text, parameters of its own types."""

import datetime
import decimal
import os

import pg8000
import pg8000.dbapi
import pg8000.native


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client pg8000", pg8000.__version__)
address = {
    "host": os.environ["PGHOST"],
    "port": int(os.environ["PGPORT"]),
    "user": os.environ["PGUSER"],
    "password": os.environ["PGPASSWORD"],
    "database": os.environ["PGDATABASE"],
}
connection = pg8000.native.Connection(**address)
expect(
    connection.run("SELECT id, state, amount, paid, ordered_on FROM orders WHERE id = :id", id=4),
    [[4, "open", decimal.Decimal("5.00"), False, datetime.date(2024, 1, 1)]],
    "a parameter and the types of a row",
)
expect(
    [(column["name"], column["type_oid"]) for column in connection.columns],
    [("id", 20), ("state", 25), ("amount", 1700), ("paid", 16), ("ordered_on", 1082)],
    "columns with their types",
)
found = connection.run(
    "SELECT count(*) FROM orders WHERE amount < :amount AND ordered_on = :day AND state = ANY(CAST(:states AS text[]))",
    amount=decimal.Decimal("20"), day=datetime.date(2024, 1, 1), states=["open", "x"],
)
expect(found, [[3]], "parameters of several types")
try:
    connection.run("SELECT 1 / 0")
    raise AssertionError("not refused")
except pg8000.native.DatabaseError as refused:
    expect((refused.args[0]["C"], refused.args[0]["M"]), ("22012", "division by zero"), "an error with its fields")
connection.close()

connection = pg8000.dbapi.connect(**address)
cursor = connection.cursor()
cursor.execute("CREATE TABLE brought (id bigint, word text)")
cursor.executemany("INSERT INTO brought VALUES (%s, %s)", [(1, "one"), (2, None)])
connection.commit()
cursor.execute("SELECT * FROM brought ORDER BY id")
expect([tuple(row) for row in cursor.fetchall()], [(1, "one"), (2, None)], "executemany()")
connection.close()
