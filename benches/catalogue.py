"""The catalogue of a lake of many tables: Metabase's whole sync, and what clients look up one by one.

    catalogue.py [--tables 200,1000] [--rounds 5]

Every step is a new statement on one connection, as Metabase sends them; "first" is the first sync after the server
started, when nothing is known of the tables yet.
"""

import argparse
import statistics
import time

import psycopg

import machine
import report
import server
from place import DATA, PROGRAM, check

COLUMNS = "email varchar(80), country char(2), note text, amount numeric(18,2), score double precision, qty int, \
paid boolean, sold_on date, sold_at timestamp, created_at timestamptz"

# Metabase's steps, in its order: session, schemas, privileges, tables, fields, foreign keys, indexes, enums.
SYNC = {
    "session": """SET extra_float_digits = 3; SET application_name = 'Metabase'; SHOW TRANSACTION ISOLATION LEVEL;
        SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; show timezone;""",
    "schemas": """SELECT nspname AS "TABLE_SCHEM", NULL AS "TABLE_CATALOG" FROM pg_catalog.pg_namespace
        WHERE nspname <> 'pg_toast' AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1])
        ORDER BY "TABLE_SCHEM" """,
    "privileges": """WITH named AS (
            SELECT schemaname, tablename AS name FROM pg_catalog.pg_tables
            UNION SELECT schemaname, viewname FROM pg_catalog.pg_views
            UNION SELECT schemaname, matviewname FROM pg_catalog.pg_matviews)
        SELECT schemaname AS schema, name AS table,
            pg_catalog.has_any_column_privilege(current_user, format('%I.%I', schemaname, name), 'update') AS update,
            pg_catalog.has_any_column_privilege(current_user, format('%I.%I', schemaname, name), 'select') AS select,
            pg_catalog.has_any_column_privilege(current_user, format('%I.%I', schemaname, name), 'insert') AS insert,
            pg_catalog.has_table_privilege(current_user, format('%I.%I', schemaname, name), 'delete') AS delete
        FROM named WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
            AND pg_catalog.has_schema_privilege(current_user, schemaname, 'usage')""",
    "tables": """SELECT n.nspname AS schema, c.relname AS name, c.relkind, d.description, s.n_live_tup
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid
        LEFT JOIN pg_catalog.pg_description d
            ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
        LEFT JOIN pg_stat_user_tables s ON n.nspname = s.schemaname AND c.relname = s.relname
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'f', 'm')
        ORDER BY 3, 1, 2""",
    "fields": """SELECT c.column_name, c.udt_name, c.ordinal_position, c.table_schema, c.table_name, c.is_nullable,
            c.column_default, c.is_identity, pk.column_name IS NOT NULL AS is_key,
            col_description(format('%I.%I', c.table_schema, c.table_name)::regclass::oid, c.ordinal_position) AS comment
        FROM information_schema.columns c LEFT JOIN (
            SELECT k.table_schema, k.table_name, k.column_name FROM information_schema.table_constraints t
            JOIN information_schema.key_column_usage k USING (constraint_name, table_schema, table_name)
            WHERE t.constraint_type = 'PRIMARY KEY') pk USING (table_schema, table_name, column_name)
        WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' ORDER BY 4, 5, 3""",
    "foreign keys": """SELECT n.nspname, f.relname, a.attname, p.relname, b.attname FROM pg_constraint c
        JOIN pg_class f ON c.conrelid = f.oid JOIN pg_namespace n ON c.connamespace = n.oid
        JOIN pg_attribute a ON c.conrelid = a.attrelid JOIN pg_class p ON c.confrelid = p.oid
        JOIN pg_attribute b ON c.confrelid = b.attrelid
        WHERE c.contype = 'f'::char AND a.attnum = ANY(c.conkey) AND b.attnum = ANY(c.confkey) ORDER BY 1, 2""",
    "indexes": """SELECT i.schema, i.name, TRIM(BOTH '"' FROM pg_catalog.pg_get_indexdef(i.oid, i.pos, false)) FROM (
            SELECT n.nspname AS schema, t.relname AS name, c.oid,
                (information_schema._pg_expandarray(x.indkey)).n AS pos
            FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON t.relnamespace = n.oid
            JOIN pg_catalog.pg_index x ON t.oid = x.indrelid JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
            WHERE pg_catalog.pg_get_expr(x.indpred, x.indrelid) IS NULL) i WHERE i.pos = 1""",
    "enums": """SELECT n.nspname, t.typname, e.enumlabel FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid
        JOIN pg_namespace n ON n.oid = t.typnamespace""",
}

# What clients ask of one object, or of a page of them.
LOOKUPS = {
    "a table by its name": """SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c
        LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname OPERATOR(pg_catalog.~) '^(t7)$' AND pg_catalog.pg_table_is_visible(c.oid)""",
    "its columns": """SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
        (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef)
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = 't7'::regclass AND a.attnum > 0 ORDER BY a.attnum""",
    "all tables": """SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c
        LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY 1, 2""",
    "columns of information_schema": """SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 't7' ORDER BY ordinal_position""",
    "Superset's start": """SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid
        WHERE typname = 'hstore'""",
}


def make(served, count):
    """Tables with a key each, every second pointing at the first, one in ten with a description."""
    with psycopg.connect(served.conninfo(), autocommit=True) as connection:
        there = connection.execute("SELECT count(*) FROM system.tables WHERE schema_name = 'public'").fetchone()[0]
        for number in range(there, count):
            points = ", of bigint REFERENCES t0 (id)" if number % 2 else ""
            connection.execute(f"CREATE TABLE t{number} (id bigint PRIMARY KEY, {COLUMNS}{points})")
            if number % 10 == 0:
                connection.execute(f"COMMENT ON TABLE t{number} IS 'Table number {number}.'")


def taken(connection, sql):
    """Milliseconds of a statement with all its rows, and their number."""
    started = time.perf_counter()
    cursor = connection.execute(sql)
    rows = len(cursor.fetchall()) if cursor.description else 0
    return 1000 * (time.perf_counter() - started), rows


def sync(served):
    started = time.perf_counter()
    with psycopg.connect(served.conninfo(), autocommit=True) as connection:
        steps = {step: taken(connection, sql) for step, sql in SYNC.items()}
    return 1000 * (time.perf_counter() - started), steps


def measure(count, rounds):
    with server.Server(DATA / "lakes" / f"catalogue-{count}") as served:
        make(served, count)
        served.stop()
        served.start()
        machine.settle(5)
        first, _ = sync(served)
        runs = [sync(served) for _ in range(rounds)]
        rows = [("Metabase's sync, the first", f"{first:.0f}", "")]
        whole = statistics.median(all_of_it for all_of_it, _ in runs)
        rows.append(("Metabase's sync", f"{whole:.0f}", ""))
        for step in SYNC:
            times = [steps[step][0] for _, steps in runs]
            rows.append((f"· {step}", f"{statistics.median(times):.1f}", runs[0][1][step][1]))
        with psycopg.connect(served.conninfo(), autocommit=True) as connection:
            for name, sql in LOOKUPS.items():
                found = [taken(connection, sql) for _ in range(3 * rounds)]
                rows.append((name, f"{statistics.median(time for time, _ in found):.1f}", found[0][1]))
    summary = f"{count} tables: Metabase's sync in {whole:.0f} ms, the first in {first:.0f} ms"
    report.publish(f"the catalogue of {count} tables", ["asked", "ms", "rows"], rows, summary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tables", default="200,1000")
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    check(PROGRAM)
    for count in options.tables.split(","):
        measure(int(count), options.rounds)


if __name__ == "__main__":
    main()
