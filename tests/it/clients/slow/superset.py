"""Superset: a database, datasets, charts and SQL Lab over its REST interface, and a dashboard in Chromium.

What Superset keeps of itself takes a minute to make, so it is made once, beside its virtual environment, and copied.
"""

import collections
import datetime
import decimal
import importlib.metadata
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zipfile

import requests
from checks import among, client, expect, ok
from playwright.sync_api import sync_playwright

FOLDER = pathlib.Path(sys.prefix)
CONFIGURATION = """
SECRET_KEY = "known to everybody, for this server lives as long as its test"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db?check_same_thread=false"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False
SQLLAB_TIMEOUT = 60
FEATURE_FLAGS = {{"ENABLE_TEMPLATE_PROCESSING": True}}
CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""
USER = "admin"
UTC = datetime.timezone.utc
FIRST = datetime.datetime(2024, 1, 1, 10, 30, tzinfo=UTC)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Superset:
    """A server of its own in a temporary folder, and a session that is logged in."""

    def __init__(self, folder):
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        configuration = self.folder / "superset_config.py"
        configuration.write_text(CONFIGURATION.format(folder=self.folder))
        self.environment = {**os.environ, "SUPERSET_CONFIG_PATH": str(configuration), "FLASK_APP": "superset"}
        made = FOLDER / "superset.db"
        if not made.exists():
            self.command("db", "upgrade")
            names = ["--username", USER, "--password", USER, "--firstname", "A", "--lastname", "B", "--email", "a@b.c"]
            self.command("fab", "create-admin", *names)
            self.command("init")
            shutil.copy(self.folder / "superset.db", made)
        shutil.copy(made, self.folder / "superset.db")
        self.log = open(self.folder / "log", "w")
        self.session = requests.Session()

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "8", "--timeout", "120"]
        command += ["-b", f"127.0.0.1:{self.port}", "superset.app:create_app()"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=self.log, stderr=self.log)
        for _ in range(120):
            try:
                if self.session.get(f"{self.base}/health", timeout=60).ok:
                    break
            except requests.RequestException:
                time.sleep(1)

    def log_in(self):
        login = {"username": USER, "password": USER, "provider": "db", "refresh": True}
        token = self.call("POST", "security/login", login)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def command(self, *words):
        program = pathlib.Path(sys.executable).with_name("superset")
        subprocess.run([program, *words], env=self.environment, check=True, capture_output=True)

    def call(self, method, path, body=None, **options):
        answer = self.session.request(method, f"{self.base}/api/v1/{path}", json=body, timeout=180, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:1500]}"
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json else answer

    def chart(self, dataset, form="json", kind="full", **query):
        whole = {"columns": [], "metrics": [], "filters": [], "extras": {}, "row_limit": 5000, "time_range": "No filter"}
        asked = {"datasource": {"id": dataset, "type": "table"}, "force": True, "queries": [{**whole, **query}]}
        answer = self.call("POST", "chart/data", {**asked, "result_format": form, "result_type": kind})
        if form != "json":
            return answer.text
        assert not answer["result"][0].get("error"), answer["result"][0]
        return answer["result"][0]["data"]

    def ask(self, database, sql):
        body = {"database_id": database, "sql": sql, "schema": "public", "runAsync": False, "queryLimit": 1000}
        answer = self.call("POST", "sqllab/execute/", {**body, "client_id": os.urandom(5).hex()})
        assert answer["status"] == "success", answer
        return answer

    def refusal(self, database, sql):
        body = {"database_id": database, "sql": sql, "schema": "public", "runAsync": False}
        answer = self.session.post(f"{self.base}/api/v1/sqllab/execute/", json={**body, "client_id": os.urandom(5).hex()})
        return answer.json()["errors"][0]["error_type"]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def sales():
    """The rows of the table, made as the server's were."""
    for number in range(1, 1001):
        state = ("paid", "refunded", "pending")[number % 3]
        yield state, decimal.Decimal(number * 7 % 500) + decimal.Decimal("0.25"), FIRST + number * datetime.timedelta(hours=7)


def begin_of(grain, moment):
    """The start of the period a moment is in."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match grain:
        case "PT5M" | "PT15M":
            minutes = int(grain[2:-1])
            return moment.replace(minute=moment.minute // minutes * minutes, second=0)
        case "PT1H":
            return moment.replace(minute=0, second=0)
        case "P1D":
            return day
        case "P1W":
            return day - datetime.timedelta(days=day.weekday())
        case "P1M":
            return day.replace(day=1)
        case "P3M":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "P1Y":
            return day.replace(month=1, day=1)
        case _:
            return moment


REVENUE = {"expressionType": "SQL", "sqlExpression": "SUM(amount)", "label": "revenue"}


def along(grain):
    """The columns and extras of a chart over time."""
    axis = {"timeGrain": grain, "columnType": "BASE_AXIS", "sqlExpression": "created_at", "label": "created_at"}
    return {"columns": [{**axis, "expressionType": "SQL"}], "extras": {"time_grain_sqla": grain}}


def summed(pairs):
    sums = collections.defaultdict(decimal.Decimal)
    for key, amount in pairs:
        sums[key] += amount
    return {key: float(amount) for key, amount in sums.items()}


def run(superset):
    user, password = os.environ["PGUSER"], urllib.parse.quote(os.environ["PGPASSWORD"])
    address = "postgresql+psycopg2://{}:{}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(user, password, **os.environ)
    superset.call("POST", "database/test_connection/", {"sqlalchemy_uri": address, "database_name": "tried"})
    ok("a connection is tested")
    about = {"database_name": "lake", "sqlalchemy_uri": address, "expose_in_sqllab": True, "allow_dml": True}
    database = superset.call("POST", "database/", about)["id"]
    ok("a database is added")
    expect(superset.call("GET", f"database/{database}/catalogs/")["result"], [os.environ["PGDATABASE"]], "its catalogues")
    among(superset.call("GET", f"database/{database}/schemas/?q=(force:!t)")["result"], ["public"], "its schemas")
    listed = superset.call("GET", f"database/{database}/tables/?q=(force:!t,schema_name:public)")["result"]
    kinds = {(entry["value"], entry["type"]) for entry in listed}
    among(kinds, {("sales", "table"), ("customers", "table"), ("revenue", "view")}, "tables and views")
    about = superset.call("GET", f"database/{database}/table_metadata/?name=orders&schema=public")
    expect([key["column_names"] for key in about["foreignKeys"]], [["customer_id"]], "keys of a table")
    expect(about["comment"], "One row per order.", "a table's comment")
    superset.call("GET", f"database/{database}/table_metadata/extra/?name=orders&schema=public")
    ok("what else is told of a table")
    assert "FROM" in superset.call("GET", f"database/{database}/select_star/orders/public/")["result"]
    ok("a SELECT of all columns")

    dataset = superset.call("POST", "dataset/", {"database": database, "schema": "public", "table_name": "sales"})["id"]
    columns = superset.call("GET", f"dataset/{dataset}")["result"]["columns"]
    types = {column["column_name"]: (column["type"], column["is_dttm"]) for column in columns}
    wanted = {"amount": ("NUMERIC(18, 2)", False), "sold_at": ("TIMESTAMP WITHOUT TIME ZONE", True), "state": ("TEXT", False)}
    expect({name: types[name] for name in wanted}, wanted, "a dataset with its columns' types")
    superset.call("PUT", f"dataset/{dataset}/refresh")
    ok("a dataset is refreshed")
    doubled = {"table_name": "doubled", "sql": "SELECT state, created_at, amount * 2 AS twice FROM sales"}
    virtual = superset.call("POST", "dataset/", {"database": database, "schema": "public", **doubled})["id"]
    ok("a dataset of a query")

    of_states = summed((state, amount) for state, amount, _ in sales())
    rows = superset.chart(dataset, columns=["state"], metrics=[REVENUE, "count"], orderby=[["count", False]])
    expect({row["state"]: row["revenue"] for row in rows}, of_states, "a chart by a column")
    for grain in ("PT1S", "PT1M", "PT5M", "PT15M", "PT1H", "P1D", "P1W", "P1M", "P3M", "P1Y"):
        rows = superset.chart(dataset, metrics=[REVENUE], **along(grain))
        found = {datetime.datetime.fromtimestamp(row["created_at"] / 1000, UTC): row["revenue"] for row in rows}
        expect(found, summed((begin_of(grain, moment), amount) for _, amount, moment in sales()), f"a chart by {grain}")
    conditions = [
        {"col": "state", "op": "IN", "val": ["paid", "pending"]},
        {"col": "amount", "op": ">", "val": 100},
        {"col": "note", "op": "ILIKE", "val": "%NOTE%"},
        {"col": "note", "op": "IS NOT NULL"},
    ]
    since, until = datetime.datetime(2024, 2, 1, tzinfo=UTC), datetime.datetime(2024, 6, 1, tzinfo=UTC)
    kept = [
        (state, amount)
        for number, (state, amount, moment) in enumerate(sales(), 1)
        if state != "refunded" and amount > 100 and number % 11 and since <= moment < until
    ]
    within = {"time_range": "2024-02-01 : 2024-06-01", "granularity": "created_at"}
    rows = superset.chart(dataset, columns=["state"], metrics=[REVENUE], filters=conditions, **within)
    expect({row["state"]: row["revenue"] for row in rows}, summed(kept), "filters and a time range")
    chart = along("P1M")
    chart["columns"].append("state")
    limited = {"series_columns": ["state"], "series_limit": 2, "series_limit_metric": REVENUE, "order_desc": True}
    rows = superset.chart(dataset, metrics=[REVENUE], **chart, **limited)
    expect({row["state"] for row in rows}, set(sorted(of_states, key=of_states.get)[1:]), "the two largest series")
    simple = [
        {"expressionType": "SIMPLE", "column": {"column_name": "state"}, "aggregate": aggregate, "label": aggregate}
        for aggregate in ("COUNT_DISTINCT", "MIN", "MAX")
    ]
    share = "SUM(CASE WHEN state = 'paid' THEN amount ELSE 0 END) / NULLIF(SUM(amount), 0)"
    middle = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount)"
    written = [{"expressionType": "SQL", "sqlExpression": sql, "label": sql[:6]} for sql in (share, middle)]
    (row,) = superset.chart(dataset, metrics=simple + written)
    expect((row["COUNT_DISTINCT"], row["MIN"], row["MAX"]), (3, "paid", "refunded"), "metrics of a form")
    assert abs(row["SUM(CA"] - of_states["paid"] / sum(of_states.values())) < 1e-9, row
    ordered = sorted(amount for _, amount, _ in sales())
    expect(row["PERCEN"], float((ordered[499] + ordered[500]) / 2), "metrics in SQL")
    rows = superset.chart(dataset, columns=["id", "state", "amount"], metrics=None, row_limit=5, orderby=[["id", True]])
    expect([row["id"] for row in rows], [1, 2, 3, 4, 5], "rows as they are")
    expect(len(superset.chart(dataset, kind="samples", metrics=None)), 1000, "samples")
    only = [{"col": "state", "op": "==", "val": "paid"}]
    rows = superset.chart(dataset, kind="drill_detail", metrics=None, filters=only, row_limit=50)
    expect({row["state"] for row in rows}, {"paid"}, "the rows behind a figure")
    among(superset.chart(dataset, form="csv", columns=["state"], metrics=[REVENUE]).split(), ["state,revenue"], "CSV")
    twice = {"expressionType": "SQL", "sqlExpression": "SUM(twice)", "label": "twice"}
    rows = superset.chart(virtual, columns=["state"], metrics=[twice])
    doubled = {state: 2 * amount for state, amount in of_states.items()}
    expect({row["state"]: row["twice"] for row in rows}, doubled, "a chart over a query")
    values = superset.call("GET", f"datasource/table/{dataset}/column/state/values/")["result"]
    expect(sorted(values), sorted(of_states), "values for a filter")

    ask_and_be_refused(superset, database)
    open_dashboard(superset, dataset, chart)


def ask_and_be_refused(superset, database):
    answer = superset.ask(database, "SELECT state, count(*) AS n, max(sold_at) AS last FROM sales GROUP BY 1 ORDER BY 2 DESC")
    found = [(column["column_name"], column["type"]) for column in answer["columns"]]
    expect(found, [("state", "STRING"), ("n", "LONGINTEGER"), ("last", "DATETIME")], "SQL Lab")
    values = "SELECT '{{ current_username() }}' AS u, interval '1 day' AS i, array[1, 2] AS a, '{\"a\": 1}'::jsonb AS j"
    (row,) = superset.ask(database, f"SELECT 1 AS one; {values}")["data"]
    expect(row["u"], USER, "several statements and a template")
    assert superset.ask(database, "EXPLAIN SELECT * FROM sales")["data"]
    ok("EXPLAIN")
    superset.ask(database, "CREATE TABLE made AS SELECT state FROM sales")
    (row,) = superset.ask(database, "SELECT count(*) AS n FROM made")["data"]
    expect(row["n"], 1000, "a table is made")
    superset.ask(database, "DROP TABLE made")
    ok("and dropped")
    kind = superset.refusal(database, "SELECT nope FROM sales")
    expect(kind, "COLUMN_DOES_NOT_EXIST_ERROR", "an error is understood by its words and place")


def open_dashboard(superset, dataset, chart):
    form = {"datasource": f"{dataset}__table", "x_axis": "created_at", "time_grain_sqla": "P1M", "metrics": [REVENUE]}
    form |= {"groupby": ["state"], "row_limit": 1000, "time_range": "No filter"}
    about = {"slice_name": "Revenue", "datasource_id": dataset, "datasource_type": "table"}
    query = {"filters": [], "row_limit": 1000, "time_range": "No filter", "metrics": [REVENUE], **chart}
    asked = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "form_data": form}
    asked |= {"result_format": "json", "result_type": "full"}
    saved = {**about, "viz_type": "echarts_timeseries_bar", "params": json.dumps(form), "query_context": json.dumps(asked)}
    number = superset.call("POST", "chart/", saved)["id"]
    rows = superset.call("GET", f"chart/{number}/data/?force=true")["result"][0]["data"]
    expect(len({row["created_at"] for row in rows}), 10, "a saved chart")
    chart_box = {"type": "CHART", "id": "chart", "children": [], "parents": ["ROOT_ID", "GRID_ID", "row"]}
    place = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["row"], "parents": ["ROOT_ID"]},
        "row": {"type": "ROW", "id": "row", "children": ["chart"], "parents": ["ROOT_ID", "GRID_ID"], "meta": {}},
        "chart": {**chart_box, "meta": {"width": 12, "height": 60, "chartId": number}},
    }
    about = {"dashboard_title": "Sales", "slug": "sales", "published": True, "position_json": json.dumps(place)}
    board = superset.call("POST", "dashboard/", about)["id"]
    superset.call("PUT", f"chart/{number}", {"dashboards": [board]})
    ok("a dashboard is made")
    packed = superset.call("GET", f"dashboard/export/?q=!({board})").content
    databases = [name.split("/", 1)[1] for name in zipfile.ZipFile(io.BytesIO(packed)).namelist() if "/databases/" in name]
    secrets = json.dumps({name: os.environ["PGPASSWORD"] for name in databases})
    answer = superset.session.post(
        f"{superset.base}/api/v1/dashboard/import/",
        files={"formData": ("dashboard.zip", packed, "application/zip")},
        data={"passwords": secrets, "overwrite": "true"},
    )
    assert answer.ok, answer.text[:1500]
    ok("it is exported and imported")
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        answers = []
        page.on("response", lambda answer: answers.append(answer.status) if "/api/v1/chart/data" in answer.url else None)
        page.goto(f"{superset.base}/login/", timeout=120_000)
        page.fill("#username", USER)
        page.fill("#password", USER)
        page.press("#password", "Enter")
        page.wait_for_url("**/welcome/**", timeout=120_000)
        page.goto(f"{superset.base}/superset/dashboard/sales/", timeout=120_000)
        page.wait_for_selector(".dashboard-component-chart-holder canvas", timeout=120_000)
        # Drawn is drawn with the answer: the page asks before it paints.
        expect((set(answers), page.locator(".ant-alert-error").count()), ({200}, 0), "Chromium draws the dashboard")
        browser.close()


client("Superset", importlib.metadata.version("apache-superset"))
with tempfile.TemporaryDirectory() as folder:
    superset = Superset(folder)
    superset.start()
    try:
        superset.log_in()
        run(superset)
    except BaseException:
        sys.stderr.write((pathlib.Path(folder) / "log").read_text()[-4000:])
        raise
    finally:
        superset.stop()
