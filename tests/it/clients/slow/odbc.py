"""psqlODBC, as Excel and Power BI use it: its catalogue calls, parameters, escapes, and both ways to fetch."""

import datetime
import decimal
import glob
import os

import pyodbc
from checks import client, expect, ok

(DRIVER,) = glob.glob("/usr/lib/*/odbc/psqlodbcw.so")
ADDRESS = "SERVER={PGHOST};PORT={PGPORT};DATABASE={PGDATABASE};UID={PGUSER};PWD={PGPASSWORD}".format(**os.environ)


def run(mode, way):
    connection = pyodbc.connect(f"DRIVER={DRIVER};{ADDRESS};{mode}", autocommit=True)
    cursor = connection.cursor()

    def check(found, wanted, what):
        expect(found, wanted, f"{what}, {way}")

    if way == "rows at once":
        client("psqlODBC", connection.getinfo(pyodbc.SQL_DRIVER_VER))
    check(connection.getinfo(pyodbc.SQL_DBMS_NAME), "PostgreSQL", "the server's name")
    listed = {(row.table_name, row.table_type) for row in cursor.tables(schema="public")}
    check(listed >= {("orders", "TABLE"), ("revenue", "VIEW")}, True, "tables and views")
    check([row.table_schem for row in cursor.tables(catalog="", schema="%", table="")].count("public"), 1, "schemas")
    columns = {row.column_name: (row.type_name, row.column_size) for row in cursor.columns(table="orders", schema="public")}
    check(columns["amount"], ("numeric", 12), "columns")
    check([row.column_name for row in cursor.primaryKeys("orders", schema="public")], ["id"], "a primary key")
    check([row.fktable_name for row in cursor.foreignKeys("customers")], ["orders"], "a foreign key")
    check([row.column_name for row in cursor.statistics("orders", schema="public") if row.column_name], ["id"], "statistics")
    cursor.rowIdColumns("orders", schema="public").fetchall()
    check(len(cursor.getTypeInfo().fetchall()) > 20, True, "types")
    check(len(cursor.procedures().fetchall()) > 100, True, "functions")
    sql = "SELECT count(*) FROM orders WHERE id > ? AND state = ? AND created_at >= ? AND ordered_on < ? AND amount < ?"
    values = (10, "paid", datetime.datetime(2023, 1, 1), datetime.date(2025, 1, 1), decimal.Decimal("100.5"))
    check(cursor.execute(sql, *values).fetchval(), 52, "parameters of five types")
    row = cursor.execute("SELECT id, state, amount, score, paid, ordered_on FROM orders WHERE id = 4").fetchone()
    check(tuple(row)[:4], (4, "open", decimal.Decimal("5.00"), 0.5), "values by their types")
    check(len(cursor.execute("SELECT * FROM orders").fetchall()), 1000, "all rows")
    escapes = "SELECT {fn CONCAT('a', 'b')}, {d '2024-01-01'}, {ts '2024-01-01 00:00:00'}"
    wanted = ("ab", datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1))
    check(tuple(cursor.execute(escapes).fetchone()), wanted, "escapes")
    try:
        cursor.execute("SELECT * FROM nope")
        raise AssertionError("not refused")
    except pyodbc.Error as refused:
        check(refused.args[0] in ("42P01", "42S02"), True, "an error's SQLSTATE")
    cursor.execute("CREATE TABLE written (id int)")
    connection.autocommit = False
    cursor.execute("INSERT INTO written VALUES (1)")
    try:
        cursor.execute("SELECT 1 / 0").fetchone()
        raise AssertionError("not refused")
    except pyodbc.Error:
        ok(f"a statement that fails in a block, {way}")
    check(cursor.execute("SELECT count(*) FROM written").fetchval(), 1, "the block goes on without it")
    connection.rollback()
    check(cursor.execute("SELECT count(*) FROM written").fetchval(), 0, "a rollback")
    connection.rollback()
    connection.autocommit = True
    cursor.execute("DROP TABLE written")
    connection.close()


run("UseServerSidePrepare=1;UseDeclareFetch=0", "rows at once")
run("UseServerSidePrepare=0;UseDeclareFetch=1;Fetch=100", "declare and fetch")
