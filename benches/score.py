"""Scores and segments: how good they are on rows not seen, and how fast, against scikit-learn, DuckDB and ClickHouse.

    score.py [--runs 5] [--rows 1000000] [--size M] [--seeds 3]

Quality: the Telco churn data of BELLWETHER_SHARED, in five folds by row number; each fold is scored by models learnt
from the other four, the boosted ones with several seeds. Speed: a million rows of the same columns scored by the boosted model, a query of ours over Flight
SQL against predict_proba of scikit-learn's HistGradientBoostingClassifier with as many trees and leaves, on encoded
columns in memory; and RFM scores of all customers of the marketing data, against DuckDB and ClickHouse on the same
Parquet.
"""

import argparse
import contextlib
import statistics
import tempfile
import time

import duckdb

import agreement
import machine
import report
import server
from clickhouse_process import ClickHouse, is_installed
from duckdb_process import DuckDB
from place import DATA, PROGRAM, SHARED, check, workload

THREADS = 2
TELCO = SHARED.parent / "data" / "churn" / "Telco-Customer-Churn.csv"
FEATURES = (
    "gender SeniorCitizen Partner Dependents tenure PhoneService MultipleLines InternetService OnlineSecurity OnlineBackup "
    "DeviceProtection TechSupport StreamingTV StreamingMovies Contract PaperlessBilling PaymentMethod MonthlyCharges "
    "TotalCharges"
).split()
NUMBERS = {"SeniorCitizen", "tenure", "MonthlyCharges", "TotalCharges"}


def customers(folder):
    """The rows as Parquet, with their fold and the label as a boolean."""
    file = folder / "telco.parquet"
    columns = ", ".join(
        f"TRY_CAST(trim({name}) AS DOUBLE) AS {name.lower()}" if name in NUMBERS else f"{name} AS {name.lower()}"
        for name in FEATURES
    )
    duckdb.sql(
        f"COPY (SELECT (row_number() OVER () - 1) % 5 AS fold, Churn = 'Yes' AS churned, {columns} "
        f"FROM read_csv('{TELCO}', all_varchar = true)) TO '{file}' (FORMAT parquet)"
    )
    return file


def fetch(connection, sql):
    """Seconds until the last row was in Arrow, and the rows."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(sql)
        rows = cursor.fetch_arrow_table()
        return time.perf_counter() - started, rows


def learnt(fold, function, options=""):
    """The model of all folds but one."""
    names = ", ".join(f"'{name.lower()}'" for name in FEATURES)
    return (
        f"SELECT model FROM {function}_fit((SELECT * FROM telco WHERE fold <> {fold}), label => 'churned', "
        f"features => ARRAY[{names}]{options})"
    )


def quality(connection, function, options):
    """The quality of the five folds' chances together."""
    features = ", ".join(name.lower() for name in FEATURES)
    folds = " UNION ALL ".join(
        f"SELECT churned, {function}_predict(({learnt(fold, function, options)}), {features}) AS chance FROM telco WHERE fold = {fold}"
        for fold in range(5)
    )
    measures = "auc, pr_auc, brier, log_loss, calibration_error, lift_at_10".split(", ")
    chosen = ", ".join(f"(q).{measure}" for measure in measures)
    _, rows = fetch(connection, f"SELECT {chosen} FROM (SELECT model_quality(chance, churned) AS q FROM ({folds}) AS folds) AS q")
    return [column[0].as_py() for column in rows.columns]


def scikit_learn(file, rows, trees, runs):
    """Seconds of predict_proba over the rows, for each run."""
    import numpy
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = duckdb.sql(f"SELECT * FROM '{file}'").df()
    matrix = numpy.empty((len(frame), len(FEATURES)))
    categorical = []
    for place, name in enumerate(FEATURES):
        column = frame[name.lower()]
        if name in NUMBERS:
            matrix[:, place] = column
        else:
            matrix[:, place] = column.astype("category").cat.codes
            categorical.append(place)
    model = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.05, max_leaf_nodes=8, categorical_features=categorical, early_stopping=False
    )
    model.fit(matrix, frame["churned"])
    many = numpy.tile(matrix, (rows // len(matrix) + 1, 1))[:rows]
    seconds = []
    for _ in range(runs):
        machine.settle(5)
        started = time.perf_counter()
        model.predict_proba(many)
        seconds.append(time.perf_counter() - started)
    return seconds


def scoring(connection, file, options):
    """Our seconds and scikit-learn's for the rows, and the trees of the model."""
    names = ", ".join(name.lower() for name in FEATURES)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS trained")
        cursor.execute("DROP TABLE IF EXISTS many")
        cursor.execute(f"CREATE TABLE trained AS {learnt(-1, 'gradient_boost')}")
        cursor.fetch_arrow_table()
        cursor.execute(
            f"CREATE TABLE many AS SELECT {names} FROM (SELECT t.* FROM telco AS t, generate_series(1, {options.rows // 7043 + 1})) AS r "
            f"LIMIT {options.rows}"
        )
        cursor.fetch_arrow_table()
    _, trees = fetch(connection, "SELECT (model).trees FROM trained")
    sql = f"SELECT sum(gradient_boost_predict((SELECT model FROM trained), {names})) FROM many"
    fetch(connection, sql)
    ours = []
    for _ in range(options.runs):
        machine.settle(5)
        ours.append(fetch(connection, sql)[0])
    trees = trees.column(0)[0].as_py()
    return statistics.median(ours), statistics.median(scikit_learn(file, options.rows, trees, options.runs)), trees


def rfm(connection, orders, options):
    """Our seconds for the workload's RFM quintiles (`q05`), and those of each peer, whose answers must be ours."""
    ours = (
        "SELECT r, f, m, count(*) AS customers, sum(round(monetary * 100)::bigint)::bigint AS cents "
        "FROM rfm((SELECT DISTINCT order_id, customer_id, ts::date AS day, revenue FROM orders WHERE revenue > 0), customer => 'customer_id', "
        "ts => 'day', value => 'revenue', until => '2025-01-01', binning => 'ntile') GROUP BY r, f, m"
    )
    our_seconds, their_seconds = [], {}
    with contextlib.ExitStack() as stack:
        peers = {"DuckDB": DuckDB(THREADS, [f"CREATE VIEW orders AS SELECT * FROM '{orders}'"])}
        if is_installed():
            store = stack.enter_context(tempfile.TemporaryDirectory())
            made = ["CREATE DATABASE w", "USE w", f"CREATE VIEW orders AS SELECT * FROM file('{orders}', 'Parquet')"]
            peers["ClickHouse"] = ClickHouse(THREADS, store, made)
        for peer in peers.values():
            stack.enter_context(peer)
        for _ in range(options.runs + 1):
            machine.settle(5)
            seconds, found = fetch(connection, ours)
            our_seconds.append(seconds)
            for name, peer in peers.items():
                seconds, expected = peer.run(workload("q05_rfm_quintiles", name.lower()))
                their_seconds.setdefault(name, []).append(seconds)
                if what := agreement.difference(found, expected):
                    raise SystemExit(f"RFM as {name} answers it: {what}")
    return statistics.median(our_seconds[1:]), {name: statistics.median(seconds[1:]) for name, seconds in their_seconds.items()}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--size", default="M", help="size of the marketing data")
    arguments.add_argument("--seeds", type=int, default=3, help="seeds that the boosted models are learnt with")
    options = arguments.parse_args()
    orders = DATA / options.size / "orders.parquet"
    check(PROGRAM, TELCO, orders)
    lake = DATA / "lakes" / "score"
    file = customers(DATA)
    server.load(lake, file, "telco")
    server.load(lake, orders, "orders")
    rows, summary = [], []
    with server.Server(lake, THREADS) as served, served.flight_connection() as connection:
        seeds = [("gradient_boost", f", seed => {seed}") for seed in range(1, options.seeds + 1)]
        for function, constants in [("logistic", ""), *seeds]:
            auc, pr_auc, brier, log_loss, error, lift = quality(connection, function, constants)
            rows.append((f"{function}, Telco in five folds{constants}", f"AUC {auc:.4f}", f"Brier {brier:.4f}", f"calibration {error:.4f}"))
            summary.append(f"{function} AUC {auc:.4f}, calibration {error:.4f}")
            print(rows[-1], f"pr_auc {pr_auc:.4f} log_loss {log_loss:.4f} lift_at_10 {lift:.3f}", flush=True)
        ours, theirs, trees = scoring(connection, file, options)
        rows.append((f"score {options.rows} rows, {trees} trees", f"{ours:.2f} s", f"scikit-learn {theirs:.2f} s", f"{theirs / ours:.2f}"))
        summary.append(f"scoring {theirs / ours:.2f} × scikit-learn")
        ours, peers = rfm(connection, orders, options)
        for name, theirs in peers.items():
            rows.append((f"RFM, {options.size}", f"{ours:.3f} s", f"{name} {theirs:.3f} s", f"{theirs / ours:.2f}"))
            summary.append(f"RFM {theirs / ours:.2f} × {name}")
    report.publish(f"scores and segments, {options.runs} runs", ["what", "ours", "peer", "ratio"], rows, "; ".join(summary))


if __name__ == "__main__":
    main()
