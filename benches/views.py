"""The demo business in numbers: making it, the first page of every ready view, refreshing all of them after a day.

    views.py [--size medium] [--lake FOLDER] [--program target/release/bellwether] [--only PATTERN] [--no-refresh]

The first page is 2,000 rows (what BI tools ask for) of a server that was started just before, once for each view. Then a day
is appended to the tables, as the last whole day was, and all materialized views are refreshed in the order of their lineage.
"""

import argparse
import pathlib
import re
import time

import psycopg

import machine
import report
import server
from place import DATA, PROGRAM, check

PAGE = 2_000
DEADLINE = "60s"
# The tables that a day of business adds to, and when their rows are of. Lines follow their documents.
DAY = {
    "core.ad_spend": "on_date",
    "core.events": "ts",
    "core.documents": "issued_at",
    "core.payments": "paid_at",
    "core.deals": "created_at",
    "core.interactions": "started_at",
    "core.work_items": "opened_at",
    "core.time_entries": "start_at",
    "core.feedback": "submitted_at",
}
VIEWS = """
select table_schema || '.' || table_name as view, false as is_kept from information_schema.views
where table_schema in ('core', 'customer', 'finance', 'marketing', 'operations', 'planning', 'signals')
union all
select schema_name || '.' || view_name, true from system.materialized_views
order by view
"""
LAST_DAY = "2025-12-30"


def first_page(served, view):
    """Seconds from connecting until the page is there, and its rows; for the seconds why not, when there is none."""
    with psycopg.connect(served.conninfo(), autocommit=True) as connection:
        connection.execute(f"set statement_timeout = '{DEADLINE}'")
        started = time.monotonic()
        try:
            rows = len(connection.execute(f"select * from {view} limit {PAGE}").fetchall())
        except psycopg.errors.QueryCanceled:
            return f"> {DEADLINE}", 0
        except psycopg.Error as error:
            return str(error).splitlines()[0], 0
        return time.monotonic() - started, rows


def pages(lake, only):
    with server.Server(lake) as served:
        with psycopg.connect(served.conninfo(), autocommit=True) as connection:
            views = [view for view in connection.execute(VIEWS).fetchall() if re.search(only, view[0])]
        measured = []
        for view, is_kept in views:
            served.stop()
            served.start()
            seconds, rows = first_page(served, view)
            measured.append((view, is_kept, seconds, rows, machine.memory(served.pid, "VmHWM")))
            print(f"{view:45} {'kept' if is_kept else '':5} {shown(seconds):>10} {rows:>6}", flush=True)
        return measured


def shown(seconds):
    return seconds if isinstance(seconds, str) else f"{seconds:.3f}"


def append_day(connection):
    """A day more, in all tables, as the last whole one was; gives the rows."""
    columns = {}
    for table, column in connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns where table_schema = 'core' order by ordinal_position"
    ):
        columns.setdefault(table, []).append(column)

    def insert(table, changed, where):
        # Keys of a new day begin with n; what refers to rows of that day refers to the new ones.
        names = columns[table]
        values = ", ".join(changed.get(name, name) for name in names)
        return connection.execute(f"insert into {table} ({', '.join(names)}) select {values} from {table} where {where}").rowcount

    appended = 0
    keys = {"id": "'n' || id", "source_id": "'n' || source_id"}
    later = " + interval '1 day'"
    of_last_day = {}
    for table, column in DAY.items():
        is_date = column == "on_date"
        of_last_day[table] = f"{column} = '{LAST_DAY}'" if is_date else f"{column} >= '{LAST_DAY} 05:00+00' and {column} < '2025-12-31 05:00+00'"
    documents = f"document_id in (select id from core.documents where {of_last_day['core.documents']})"
    lines = keys | {"document_id": "'n' || document_id", "updated_at": "updated_at" + later}
    appended += insert("core.document_lines", lines, documents)
    for table, column in DAY.items():
        moved = keys | {"updated_at": "updated_at" + later, column: f"{column} + 1" if column == "on_date" else column + later}
        appended += insert(table, moved, of_last_day[table])
    return appended


def refresh(lake):
    """Rows of a day, seconds to refresh every view after them, and each view's own."""
    each = []
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")
        views = lineage(connection)
        for view, _ in views:
            connection.execute(f"alter materialized view {view} set (refresh = 'manual')")
        rows = append_day(connection)
        started = time.monotonic()
        for view, _ in views:
            before = time.monotonic()
            connection.execute(f"refresh materialized view {view}")
            seconds = time.monotonic() - before
            mode = connection.execute(
                "select last_refresh from system.materialized_views where schema_name || '.' || view_name = %s", (view,)
            ).fetchone()[0]
            each.append((view, seconds, mode))
            print(f"{view:45} {seconds:8.2f} s {mode}", flush=True)
        total = time.monotonic() - started
        for view, schedule in views:
            connection.execute(f"alter materialized view {view} set (refresh = '{schedule}')")
        return rows, total, each, machine.memory(served.pid, "VmHWM")


def lineage(connection):
    """Materialized views with their schedules, each after those it reads."""
    waiting = {
        view: (schedule, set(upstream))
        for view, schedule, upstream in connection.execute(
            "select schema_name || '.' || view_name, refresh, upstream from system.materialized_views"
        )
    }
    ordered = []
    while waiting:
        ready = [view for view, (_, upstream) in waiting.items() if not upstream & waiting.keys() - {view}]
        ordered += [(view, waiting.pop(view)[0]) for view in sorted(ready)]
    return ordered


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--size", default="medium", choices=["small", "medium"])
    arguments.add_argument("--lake", type=pathlib.Path, help="where the demo is, or is made")
    arguments.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    arguments.add_argument("--only", default="", help="views whose names match")
    arguments.add_argument("--no-refresh", action="store_true", help="do not append a day")
    options = arguments.parse_args()
    server.PROGRAM = options.program
    check(server.PROGRAM)
    lake = options.lake or DATA / "lakes" / f"demo_{options.size}"
    server.run(lake, "demo", "--size", options.size, "--no-serve")

    measured = pages(lake, options.only)
    late = [view for view in measured if isinstance(view[2], str) or view[2] >= (0.2 if view[1] else 2.0)]
    lines = [
        (view, "kept" if is_kept else "", shown(seconds), rows, f"{memory:.0f}")
        for view, is_kept, seconds, rows, memory in sorted(measured, key=lambda one: -one[2] if isinstance(one[2], float) else -1e9)
    ]
    summary = f"first pages of {len(measured)} views on {options.size}: {len(measured) - len(late)} in time (2 s, kept 0.2 s)"
    report.publish(f"ready views, {options.size}", ["view", "kept", "first page s", "rows", "peak MiB"], lines, summary)
    if options.no_refresh:
        return
    rows, total, each, memory = refresh(lake)
    lines = [(view, f"{seconds:.2f}", mode) for view, seconds, mode in sorted(each, key=lambda one: -one[1])]
    summary = f"all {len(each)} materialized views of {options.size} in {total:.1f} s after a day of {rows:,} rows, peak {memory:.0f} MiB"
    report.publish(f"refresh after a day, {options.size}", ["view", "seconds", "as"], lines, summary)


if __name__ == "__main__":
    main()
