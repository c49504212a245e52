"""ADBC's PostgreSQL driver: results and ingest by binary COPY, metadata from the catalogue."""

import os
import urllib.parse

import adbc_driver_postgresql
import adbc_driver_postgresql.dbapi as postgresql
import pyarrow


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client ADBC PostgreSQL", adbc_driver_postgresql.__version__)
uri = "postgresql://{}:{}@{}:{}/{}".format(
    os.environ["PGUSER"],
    urllib.parse.quote(os.environ["PGPASSWORD"]),
    os.environ["PGHOST"],
    os.environ["PGPORT"],
    os.environ["PGDATABASE"],
)
connection = postgresql.connect(uri, autocommit=True)


def rows(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetch_arrow_table().to_pylist()


with connection.cursor() as cursor:
    cursor.execute("SELECT * FROM orders")
    table = cursor.fetch_arrow_table()
    expect((table.num_rows, table.schema.names[:3]), (1000, ["id", "customer_id", "state"]), "a result by binary COPY")
    cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})
    cursor.execute("SELECT id FROM orders WHERE id < 10")
    expect(cursor.fetch_arrow_table().num_rows, 9, "a result without COPY")
expect(rows("SELECT count(*) AS n FROM orders WHERE id > $1 AND state = $2", (10, "paid")), [{"n": 742}], "parameters")

table = pyarrow.table({"id": [1, 2, 3], "name": ["a", None, "c"]})
with connection.cursor() as cursor:
    for mode, total in (("create", 3), ("append", 6), ("replace", 3), ("create_append", 6)):
        cursor.adbc_ingest("brought_by_adbc", table, mode=mode)
        expect(rows("SELECT count(*) AS n FROM brought_by_adbc"), [{"n": total}], f"rows after ingest {mode}")

info = connection.adbc_get_info()
assert info["vendor_name"] == "PostgreSQL", info
ok("get_info")
objects = connection.adbc_get_objects(depth="all", db_schema_filter="public").read_all().to_pylist()
found = {
    table["table_name"]: [column["column_name"] for column in table["table_columns"]]
    for catalog in objects
    for schema in catalog["catalog_db_schemas"] or []
    for table in schema["db_schema_tables"] or []
}
expect(found["customers"], ["id", "name", "country"], "get_objects")
expect(connection.adbc_get_table_schema("customers").names, ["id", "name", "country"], "get_table_schema")
assert "table" in connection.adbc_get_table_types()
ok("get_table_types")
connection.close()
