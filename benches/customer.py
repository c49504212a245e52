"""Customer value: fits against the published likelihoods, against lifetimes, and for a million customers.

    customer.py [--customers 100000] [--orders-of 1000000] [--runs 5]

The likelihoods are of CDNOW and of the donations. The peer is lifetimes, where the virtual environment has it; the
published time of 1.2 s for 100 000 customers stands in for it elsewhere, and the table says so.
"""

import argparse
import statistics
import time

import numpy
import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

import machine
import report
import server
from place import DATA, PROGRAM, SHARED, check

# What lifetimes 0.11.3 took for the fit to 100 000 customers, by the issue that asked for this.
PUBLISHED_SECONDS = 1.2

# Model, table, arguments, and the least logarithm of the likelihood.
LIKELIHOODS = [
    ("bg_nbd_fit", "cdnow", "x, t_x, t", -9582.4266),
    ("mbg_nbd_fit", "cdnow", "x, t_x, t", -9582.1337),
    ("pareto_nbd_fit", "cdnow", "x, t_x, t", -9594.9749),
    ("gamma_gamma_fit", "cdnow WHERE x > 0 AND zbar > 0", "x, zbar", -4055.9242),
    ("bg_bb_fit", "donations", "frequency, recency, periods, weights", -33225.583),
]


def histories(customers, random):
    """Customers of a BG/NBD model: rates, when they leave, and what they bought until then, in weeks."""
    rates = random.gamma(0.8, 1 / 6.0, customers)
    leaves = random.geometric(numpy.clip(random.beta(0.8, 2.5, customers), 1e-9, 1))
    ages = random.uniform(20, 104, customers)
    return rates, leaves, ages


def orders(customers, seed):
    """The orders of such customers: customer, day, amount."""
    random = numpy.random.default_rng(seed)
    rates, leaves, ages = histories(customers, random)
    means = 100 / random.gamma(4.0, 1.0, customers)
    number = numpy.arange(customers)
    at, active = numpy.zeros(customers), numpy.ones(customers, bool)
    parts, bought = [], 0
    while active.any():
        some = number[active]
        values = random.gamma(6.0, means[some] / 6.0)
        parts.append((some, ages[some] - at[some], numpy.round(values + 0.01, 2)))
        at[some] += random.exponential(1 / rates[some])
        bought += 1
        active[some] = (at[some] < ages[some]) & (bought <= leaves[some])
    customer, weeks_ago, amount = (numpy.concatenate(column) for column in zip(*parts))
    day = numpy.datetime64("2026-01-01") - numpy.ceil(weeks_ago * 7).astype("timedelta64[D]")
    return pa.table({"customer": customer, "day": pa.array(day), "amount": amount})


def seconds(connection, query, runs):
    """The median time of a query over the Postgres door, and its last answer."""
    taken = []
    for _ in range(runs):
        machine.settle(2)
        started = time.monotonic()
        answer = connection.execute(query).fetchall()
        taken.append(time.monotonic() - started)
    return statistics.median(taken), answer


def peer(summary):
    """What lifetimes takes for the same fit, or its published time."""
    try:
        from lifetimes import BetaGeoFitter
    except ImportError:
        return PUBLISHED_SECONDS, "published"
    started = time.monotonic()
    BetaGeoFitter().fit(summary["frequency"].to_numpy(), summary["recency"].to_numpy(), summary["t"].to_numpy())
    return time.monotonic() - started, "lifetimes"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--customers", type=int, default=100_000)
    arguments.add_argument("--orders-of", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    published = SHARED.parent / "data" / "clv"
    check(PROGRAM, published)
    DATA.mkdir(parents=True, exist_ok=True)
    lake = DATA / "lakes" / f"customer_{options.customers}_{options.orders_of}"
    if not lake.exists():
        cdnow = pyarrow.csv.read_csv(published / "cdnow_customers_summary_with_transactions.csv")
        cdnow = cdnow.rename_columns(["id", "x", "t_x", "t", "zbar"])
        tables = {
            "cdnow": cdnow,
            "donations": pyarrow.csv.read_csv(published / "donations.csv"),
            "some_orders": orders(options.customers, 1),
            "orders": orders(options.orders_of, 2),
        }
        for name, table in tables.items():
            file = DATA / f"customer_{name}.parquet"
            pyarrow.parquet.write_table(table, file)
            server.load(lake, file, name)
        server.run(lake, "sql", "CREATE TABLE summary AS SELECT frequency, recency, t FROM rfm_summary(some_orders, "
                                "customer => 'customer', ts => 'day', until => '2026-01-01')")

    rows, held = [], True
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        for function, table, columns, least in LIKELIHOODS:
            query = f"SELECT (m).log_likelihood, (m).status FROM (SELECT {function}({columns}) AS m FROM {table}) AS f"
            taken, [(found, status)] = seconds(connection, query, options.runs)
            good = status == "ok" and found >= least
            held &= good
            rows.append((f"{function} {table.split()[0]}", f"{taken:.3f}", f"{found:.4f}", f"≥ {least}", "yes" if good else "NO"))

        query = "SELECT (m).n, (m).status FROM (SELECT bg_nbd_fit(frequency, recency, t) AS m FROM summary) AS f"
        ours, [(n, status)] = seconds(connection, query, options.runs)
        summary = connection.execute("SELECT frequency, recency, t FROM summary").fetchall()
        columns = dict(zip(("frequency", "recency", "t"), map(numpy.array, zip(*summary))))
        theirs, source = peer(pa.table({name: column.astype(float) for name, column in columns.items()}))
        ratio = theirs / ours
        rows.append((f"bg_nbd_fit, {n} customers", f"{ours:.3f}", f"{ratio:.1f} × {source} ({theirs:.2f} s)", "≥ 5 ×",
                     "yes" if ratio >= 5 and status == "ok" else "NO"))

        query = ("SELECT count(*), sum(clv), min(status) FROM clv(orders, customer => 'customer', ts => 'day', "
                 "value => 'amount', until => '2026-01-01', horizon => 12)")
        million, [(customers, worth, status)] = seconds(connection, query, 1)
        rows.append((f"clv of 12 months, {customers} customers", f"{million:.2f}", f"{worth:.0f} in all", "reported", status))
    line = (f"likelihoods {'all' if held else 'NOT all'} reached; fit {ratio:.1f} × as fast as lifetimes; "
            f"clv of {customers} customers in {million:.1f} s")
    report.publish("customer value", ["what", "median s", "found", "wanted", "held"], rows, line)


if __name__ == "__main__":
    main()
