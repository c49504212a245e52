"""Connect, ask, close: `pgbench -C` against our Postgres door and against PostgreSQL.

    connect.py [--seconds 10] [--clients 4] [--rounds 3] [--pattern connect|superset]

Once with SELECT 1, once with what Superset sends on every new connection, of which it opens one for each query.
Both servers check a SCRAM-SHA-256 password on every connection. The two take turns.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile

import machine
import report
import server
from place import DATA, PROGRAM, check
from postgres import PASSWORD, USER, Postgres

# SQLAlchemy's start over psycopg2, and Superset's choice of a schema.
SUPERSET = """BEGIN;
SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore';
select pg_catalog.version();
select current_schema();
show transaction isolation level;
show standard_conforming_strings;
set search_path = "public";
ROLLBACK;
"""

PATTERNS = {
    "connect": ("SELECT 1;\n", "connect + SELECT 1 + close"),
    "superset": (SUPERSET, "Superset's connect, six catalogue statements, close"),
}


def rate(options, script, port, user, password, database):
    """Connections a second, with a statement in each."""
    command = ["pgbench", "-n", "-C", "-f", script, "-T", str(options.seconds), "-c", str(options.clients), "-j", "2",
               "-h", "127.0.0.1", "-p", str(port), "-U", user, database]
    environment = os.environ | {"PGPASSWORD": password, "PGSSLMODE": "disable"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    failed = re.search(r"number of failed transactions: ([0-9]+)", done.stdout)
    if done.returncode or not found or (failed and failed.group(1) != "0"):
        raise SystemExit(f"pgbench failed:\n{done.stdout}{done.stderr}")
    return float(found.group(1))


def compare(options, served, postgres, statements, name):
    ours, theirs = [], []
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(statements)
        script.flush()
        for _ in range(options.rounds):
            machine.settle(5)
            ours.append(rate(options, script.name, served.postgres, server.USER, server.PASSWORD, "lake"))
            machine.settle(5)
            theirs.append(rate(options, script.name, postgres.port, USER, PASSWORD, "postgres"))
            print(f"{name}: ours {ours[-1]:.0f}/s, PostgreSQL {theirs[-1]:.0f}/s", flush=True)
    our_rate, their_rate = statistics.median(ours), statistics.median(theirs)
    rows = [("ours", f"{our_rate:.0f}"), ("PostgreSQL", f"{their_rate:.0f}")]
    title = f"connects, {options.clients} clients, {options.rounds} × {options.seconds} s"
    summary = f"{name}: {our_rate / their_rate:.2f} × PostgreSQL's rate"
    report.publish(title, ["server", "connections/s"], rows, summary)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--pattern", choices=PATTERNS)
    options = arguments.parse_args()
    check(PROGRAM)
    with server.Server(DATA / "lakes" / "connect") as served, Postgres() as postgres:
        for pattern, (statements, name) in PATTERNS.items():
            if options.pattern in (None, pattern):
                compare(options, served, postgres, statements, name)


if __name__ == "__main__":
    main()
