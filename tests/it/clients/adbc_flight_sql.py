"""ADBC's Flight SQL driver: queries, parameters, metadata, ingest, errors, cancel."""

import datetime
import decimal
import os
import threading
import time

import adbc_driver_flightsql
import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow

ENDLESS = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b"


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client ADBC Flight SQL", adbc_driver_flightsql.__version__)
credentials = {"username": os.environ["PGUSER"], "password": os.environ["PGPASSWORD"]}
connection = flightsql.connect(os.environ["FLIGHT_URI"], db_kwargs=credentials, autocommit=True)


def rows(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetch_arrow_table().to_pylist()


expect(rows("SELECT 1 AS one"), [{"one": 1}], "a query")
expect(
    rows("SELECT id, state, amount, paid, ordered_on FROM orders WHERE id = 4"),
    [{"id": 4, "state": "open", "amount": decimal.Decimal("5.00"), "paid": False, "ordered_on": datetime.date(2024, 1, 1)}],
    "every type of a row",
)
for sql in (
    "SELECT count(*) AS n FROM orders WHERE id > ? AND state = ?",
    "SELECT count(*) AS n FROM orders WHERE id > $1 AND state = $2",
):
    expect(rows(sql, (10, "paid")), [{"n": 742}], f"parameters: {sql[-14:]}")

with connection.cursor() as cursor:
    cursor.execute("SELECT * FROM orders WHERE id < 0")
    table = cursor.fetch_arrow_table()
    expect((table.num_rows, len(table.schema)), (0, 8), "an empty result keeps its schema")
    cursor.execute("SELECT id FROM orders ORDER BY id")
    expect(sum(batch.num_rows for batch in cursor.fetch_record_batch()), 1000, "a result read batch by batch")

table = pyarrow.table(
    {"id": [1, 2, 3], "name": ["a", None, "c"], "at": pyarrow.array([0, 1, 2], pyarrow.timestamp("us", "UTC"))}
)
with connection.cursor() as cursor:
    for mode, total in (("create", 3), ("append", 6), ("replace", 3), ("create_append", 6)):
        expect(cursor.adbc_ingest("from_adbc", table, mode=mode), 3, f"ingest {mode}")
        expect(rows("SELECT count(*) AS n FROM from_adbc"), [{"n": total}], f"rows after {mode}")
with connection.cursor() as cursor:
    cursor.execute("UPDATE from_adbc SET name = 'x' WHERE id = ?", (1,))
    cursor.execute("DROP TABLE from_adbc")
ok("changes and definitions")

info = connection.adbc_get_info()
assert info["vendor_name"] and info["vendor_version"], info
ok("get_info")
objects = connection.adbc_get_objects(depth="all", db_schema_filter="public").read_all().to_pylist()
found = {
    table["table_name"]: [column["column_name"] for column in table["table_columns"]]
    for catalog in objects
    for schema in catalog["catalog_db_schemas"]
    for table in schema["db_schema_tables"]
}
expect(found["customers"], ["id", "name", "country"], "get_objects")
expect(connection.adbc_get_table_schema("customers", db_schema_filter="public").names, ["id", "name", "country"], "get_table_schema")
assert "TABLE" in connection.adbc_get_table_types()
ok("get_table_types")

try:
    rows("SELECT * FROM no_such_table")
    raise AssertionError("not refused")
except adbc_driver_manager.Error as refused:
    assert 'relation "no_such_table" does not exist' in str(refused), refused
ok("an error in the server's words")

with connection.cursor() as cursor:
    threading.Timer(0.3, cursor.adbc_cancel).start()
    started = time.monotonic()
    try:
        cursor.execute(ENDLESS)
        cursor.fetchall()
        raise AssertionError("not cancelled")
    except adbc_driver_manager.Error:
        assert time.monotonic() - started < 5, time.monotonic() - started
ok("cancel")
connection.close()
