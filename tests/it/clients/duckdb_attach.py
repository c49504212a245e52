"""DuckDB attaches the lake as a PostgreSQL database: its catalogue read whole, tables by binary COPY."""

import glob
import os

import duckdb
import duckdb_extension_postgres_scanner


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


print("client DuckDB ATTACH", duckdb.__version__)
folder = os.path.dirname(duckdb_extension_postgres_scanner.__file__)
extension = glob.glob(f"{folder}/extensions/*/postgres_scanner.duckdb_extension")[0]
connection = duckdb.connect()
connection.execute(f"LOAD '{extension}'")
address = "host={PGHOST} port={PGPORT} user={PGUSER} dbname={PGDATABASE}".format(**os.environ)
password = os.environ["PGPASSWORD"].replace("\\", "\\\\").replace("'", "\\'")
connection.execute(f"ATTACH '{address} password=''{password}''' AS lake (TYPE postgres)")
ok("ATTACH")
listed = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' AND schema_name = 'public'")
expect(sorted(name for (name,) in listed.fetchall()), ["customers", "orders", "revenue"], "tables and views are listed")
sums = "SELECT state, count(*), sum(amount) FROM lake.public.orders WHERE id > 10 GROUP BY state ORDER BY state"
expect([row[:2] for row in connection.execute(sums).fetchall()], [("open", 248), ("paid", 742)], "a scan with a condition")
joined = "SELECT count(*) FROM lake.orders JOIN lake.customers ON customers.id = orders.customer_id"
expect(connection.execute(joined).fetchone(), (1000,), "a join of two tables")
expect(connection.execute("SELECT count(*) FROM lake.revenue").fetchone(), (2,), "a view")
asked = "SELECT * FROM postgres_query('lake', 'SELECT max(id) AS most FROM orders')"
expect(connection.execute(asked).fetchone(), (1000,), "postgres_query()")
connection.execute("CREATE TABLE lake.brought (id bigint, word text)")
connection.execute("INSERT INTO lake.brought SELECT range, 'w' || range FROM range(5000)")
expect(connection.execute("SELECT count(*), max(id) FROM lake.brought").fetchone(), (5000, 4999), "a table is made and filled")
connection.execute("DROP TABLE lake.brought")
ok("and dropped")
connection.close()
