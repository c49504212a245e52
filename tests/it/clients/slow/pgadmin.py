"""pgAdmin in desktop mode, driven by the requests of its pages: the tree, properties, the dashboard, two grids."""

import importlib.metadata
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time

import requests
from checks import among, client, expect, ok

CONFIGURATION = """
import os
SERVER_MODE = False
DATA_DIR = os.environ["PGADMIN_FOLDER"]
LOG_FILE = f"{DATA_DIR}/log"
SQLITE_PATH = f"{DATA_DIR}/pgadmin.db"
SESSION_DB_PATH = f"{DATA_DIR}/sessions"
STORAGE_DIR = f"{DATA_DIR}/storage"
DEFAULT_SERVER = "127.0.0.1"
DEFAULT_SERVER_PORT = int(os.environ["PGADMIN_PORT"])
MASTER_PASSWORD_REQUIRED = False
USE_OS_SECRET_STORAGE = False
UPGRADE_CHECK_ENABLED = False
WTF_CSRF_ENABLED = False
WTF_CSRF_CHECK_DEFAULT = False
ENHANCED_COOKIE_PROTECTION = False
"""
GROUP = 1
DATABASE = os.environ["PGDATABASE"]
OF_DATABASE = [
    "cast", "event_trigger", "extension", "foreign_data_wrapper", "language", "publication", "subscription"
]
OF_SCHEMA = [
    "aggregate", "collation", "domain", "foreign_table", "fts_configuration", "fts_dictionary",
    "fts_parser", "fts_template", "function", "mview", "operator", "procedure", "sequence", "trigger_function", "type",
]
OF_TABLE = [
    "exclusion_constraint", "foreign_key", "index", "partition", "primary_key",
    "row_security_policy", "rule", "trigger", "unique_constraint",
]


class PgAdmin:
    def __init__(self, folder):
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        package = pathlib.Path(sysconfig.get_path("purelib")) / "pgadmin4"
        (package / "config_local.py").write_text(CONFIGURATION)
        environment = {**os.environ, "PGADMIN_FOLDER": folder, "PGADMIN_PORT": str(port)}
        # Its own connections go where it is told, not where these point.
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"):
            del environment[name]
        self.log = pathlib.Path(folder, "printed")
        with open(self.log, "w") as log:
            command = [sys.executable, package / "pgAdmin4.py"]
            self.process = subprocess.Popen(command, env=environment, cwd=package, stdout=log, stderr=log)
        self.base = f"http://127.0.0.1:{port}"
        self.session = requests.Session()

    def wait(self):
        for _ in range(180):
            try:
                if self.session.get(f"{self.base}/misc/ping", timeout=60).ok:
                    break
            except requests.RequestException:
                time.sleep(1)
        self.session.get(f"{self.base}/browser/")
        token = re.search(r"csrf_token'\]\s*=\s*['\"]([^'\"]+)", self.session.get(f"{self.base}/browser/js/utils.js").text)
        if token:
            self.session.headers["X-pgA-CSRFToken"] = token.group(1)

    def call(self, method, path, body=None, **options):
        answer = self.session.request(method, f"{self.base}{path}", json=body, timeout=120, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:800]}"
        told = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        if not isinstance(told, dict):
            return told
        assert told.get("success") is not False, f"{method} {path}: {told}"
        return told.get("data", told)

    def nodes(self, kind, path):
        return {node["label"]: node["_id"] for node in self.call("GET", f"/browser/{kind}/nodes/{path}/") or []}

    def grid(self, start, number):
        """The rows of a grid, once they are there."""
        self.call(*start)
        for _ in range(100):
            told = self.call("GET", f"/sqleditor/poll/{number}")
            if told["status"] == "Success":
                return told["result"]
            time.sleep(0.2)
        raise AssertionError(f"no rows: {told}")


def run(pgadmin):
    about = {"name": "lake", "gid": GROUP, "shared": False, "save_password": True, "connect_now": True, "comment": ""}
    about |= {"host": os.environ["PGHOST"], "port": int(os.environ["PGPORT"]), "db": DATABASE}
    about |= {"username": os.environ["PGUSER"], "password": os.environ["PGPASSWORD"]}
    about["connection_params"] = [{"name": "sslmode", "keyword": "sslmode", "value": "prefer"}]
    server = pgadmin.session.post(f"{pgadmin.base}/browser/server/obj/{GROUP}/", json=about, timeout=120).json()
    assert server.get("node", {}).get("connected"), server
    server = f"{GROUP}/{server['node']['_id']}"
    ok("a server is added and connected")
    database = f"{server}/{pgadmin.nodes('database', server)[DATABASE]}"
    ok("databases are listed")
    pgadmin.call("POST", f"/browser/database/connect/{database}")
    pgadmin.call("GET", f"/browser/database/obj/{database}")
    ok("a database's properties")
    among(pgadmin.nodes("role", server), [os.environ["PGUSER"]], "roles")
    pgadmin.nodes("tablespace", server)
    ok("tablespaces")
    for kind in OF_DATABASE:
        pgadmin.nodes(kind, database)
        ok(f"nodes of kind {kind}")
    schema = f"{database}/{pgadmin.nodes('schema', database)['public']}"
    pgadmin.call("GET", f"/browser/schema/obj/{schema}")
    ok("a schema's properties")
    tables = pgadmin.nodes("table", schema)
    among(tables, ["customers", "orders", "sales"], "tables")
    views = pgadmin.nodes("view", schema)
    among(views, ["revenue"], "views")
    pgadmin.call("GET", f"/browser/view/obj/{schema}/{views['revenue']}")
    ok("a view's properties")
    written = pgadmin.call("GET", f"/browser/view/sql/{schema}/{views['revenue']}").lower()
    assert "create or replace view public.revenue" in written and "sum(" in written, written
    ok("a view as SQL")
    for kind in OF_SCHEMA:
        pgadmin.nodes(kind, schema)
        ok(f"nodes of kind {kind}")

    table = f"{schema}/{tables['orders']}"
    among(pgadmin.nodes("column", table), ["amount", "created_at", "id"], "columns")
    for kind in OF_TABLE:
        pgadmin.nodes(kind, table)
        ok(f"nodes of kind {kind}")
    expect(list(pgadmin.nodes("primary_key", table)), ["orders_pkey"], "a primary key")
    expect(len(pgadmin.nodes("foreign_key", table)), 1, "a foreign key")
    about = pgadmin.call("GET", f"/browser/table/obj/{table}")
    expect((about["name"], about["description"]), ("orders", "One row per order."), "a table's properties")
    written = pgadmin.call("GET", f"/browser/table/sql/{table}")
    assert "CREATE TABLE" in written and "numeric(12,2)" in written, written
    ok("a table as SQL")
    for page in ("stats", "dependency", "dependent"):
        pgadmin.call("GET", f"/browser/table/{page}/{table}")
        ok(f"a table's {page}")
    expect(int(pgadmin.call("GET", f"/browser/table/count_rows/{table}")["total_rows"]), 1000, "a count of rows")

    database_number = database.removeprefix(f"{GROUP}/")
    pgadmin.call("GET", f"/dashboard/activity/{database_number}")
    pgadmin.call("GET", f"/dashboard/config/{database_number.split('/')[0]}")
    for chart in ("session_stats", "tps_stats", "ti_stats", "to_stats", "bio_stats"):
        pgadmin.call("GET", f"/dashboard/dashboard_stats/{database_number}?chart_names={chart}")
    ok("the dashboard")

    number = random.randrange(1, 10_000_000)
    whom = {"user": os.environ["PGUSER"], "role": None, "dbname": DATABASE, "password": os.environ["PGPASSWORD"]}
    pgadmin.call("POST", f"/sqleditor/initialize/sqleditor/{number}/{database}", whom)
    sql = "SELECT id, state, amount, created_at FROM orders ORDER BY id LIMIT 3"
    asked = {"sql": sql, "explain_plan": None}
    rows = pgadmin.grid(("POST", f"/sqleditor/query_tool/start/{number}", asked), number)
    expect([row[:2] for row in rows], [["1", "paid"], ["2", "paid"], ["3", "paid"]], "the query tool")
    plan = {"format": "json", "analyze": False, "verbose": False, "buffers": False, "costs": False, "timing": False}
    assert pgadmin.grid(("POST", f"/sqleditor/query_tool/start/{number}", {"sql": sql, "explain_plan": plan}), number)
    ok("EXPLAIN in the query tool")
    number += 1
    path = f"/sqleditor/initialize/viewdata/{number}/3/table/{database}/{tables['customers']}"
    pgadmin.call("POST", path, {"dbname": DATABASE})
    rows = pgadmin.grid(("GET", f"/sqleditor/view_data/start/{number}"), number)
    expect(sorted(row[1] for row in rows), ["Ada", "Bob", "Zoë"], "the rows of a table")
    pgadmin.call("DELETE", f"/browser/server/connect/{server}")
    ok("the connection is closed")


client("pgAdmin 4", importlib.metadata.version("pgadmin4"))
with tempfile.TemporaryDirectory() as folder:
    pgadmin = PgAdmin(folder)
    try:
        pgadmin.wait()
        run(pgadmin)
    except BaseException:
        sys.stderr.write(pgadmin.log.read_text()[-4000:])
        raise
    finally:
        pgadmin.process.terminate()
        pgadmin.process.wait()
