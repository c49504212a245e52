"""Forecasts in SQL: how good on the M4 competition's series, and how fast against statsforecast.

    forecast.py [--every 1] [--series 1000] [--runs 1]

M4's weekly and hourly series are loaded into a lake, one row a value, and forecast by one statement with
`model => 'auto'`, which is told neither step nor season. OWA is the competition's: the mean of sMAPE and
MASE, each relative to Naive2. Coverage is the share of all test points within the interval.

Speed is measured on monthly series made from a seed, with trend, season and noise: the statement through
Flight against statsforecast with two processes, in turns. Its first run compiles and is not counted.
"""

import argparse
import csv
import datetime
import statistics
import time

import numpy
import pandas
import pyarrow
import pyarrow.parquet
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, Theta

import machine
import report
import server
from place import DATA, PROGRAM, SHARED, check

M4 = SHARED.parent / "data" / "m4"
EPOCH = datetime.datetime(2000, 1, 3)
LEVELS = (0.8, 0.95)

# Name, the season that M4 scores with, the step, the horizon.
COLLECTIONS = (
    ("Weekly", 1, datetime.timedelta(weeks=1), 13),
    ("Hourly", 24, datetime.timedelta(hours=1), 48),
)
# Our model, the peer's of the same kind, and how much faster ours should be.
PAIRS = (("ets", AutoETS, 5), ("theta", Theta, 5), ("auto", AutoETS, 1))


def read(file):
    """The series of one of M4's files by name."""
    with open(file) as lines:
        rows = list(csv.reader(lines))[1:]
    return {row[0]: numpy.array([float(cell) for cell in row[1:] if cell]) for row in rows}


def load(lake, name, series, times):
    """Series into a table of the lake: id, ts, value."""
    ids = [key for key, values in series.items() for _ in values]
    moments = [moment for values in series.values() for moment in times(len(values))]
    values = numpy.concatenate(list(series.values()))
    file = DATA / f"{name}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    stamps = pyarrow.array(moments, pyarrow.timestamp("us"))
    pyarrow.parquet.write_table(pyarrow.table({"id": ids, "ts": stamps, "value": values}), file)
    server.load(lake, file, name)


def statement(table, horizon, model, level):
    """The forecast of all series of a table."""
    return (
        "SELECT id, ts, forecast, lower_bound, upper_bound, model "
        f"FROM forecast({table}, ts => 'ts', value => 'value', by => ARRAY['id'], horizon => {horizon}, "
        f"model => '{model}', level => {level}) ORDER BY id, ts"
    )


def ask(connection, query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def naive2(known, season, horizon):
    """The last value without its season, with the season put back where there is one, as M4 has it."""
    if season > 1 and len(known) >= 3 * season and is_seasonal(known, season):
        kernel = numpy.ones(season) / season
        if season % 2 == 0:
            kernel = numpy.convolve(kernel, [0.5, 0.5])
        half = len(kernel) // 2
        trend = numpy.full(len(known), numpy.nan)
        trend[half : len(known) - half] = numpy.convolve(known, kernel, mode="valid")
        ratios = known / trend
        index = numpy.array([numpy.nanmean(ratios[place::season]) for place in range(season)])
        index /= index.mean()
        places = numpy.arange(len(known), len(known) + horizon) % season
        return known[-1] / index[(len(known) - 1) % season] * index[places]
    return numpy.full(horizon, known[-1])


def is_seasonal(known, season):
    centred = known - known.mean()
    correlations = [(centred[lag:] * centred[:-lag]).sum() / (centred**2).sum() for lag in range(1, season + 1)]
    limit = 1.645 * numpy.sqrt((1 + 2 * sum(r * r for r in correlations[:-1])) / len(known))
    return abs(correlations[-1]) > limit


def smape(truth, forecast):
    return numpy.mean(200 * numpy.abs(truth - forecast) / (numpy.abs(truth) + numpy.abs(forecast)))


def mase(known, truth, forecast, season):
    return numpy.mean(numpy.abs(truth - forecast)) / numpy.mean(numpy.abs(known[season:] - known[:-season]))


def quality(connection, every):
    """OWA and coverage on M4's files."""
    rows = []
    for name, season, step, horizon in COLLECTIONS:
        known, truths = read(M4 / f"{name}-train.csv"), read(M4 / f"{name}-test.csv")
        ids = sorted(list(known)[::every])
        covered, seconds = [], 0.0
        for level in LEVELS:
            started = time.perf_counter()
            made = ask(connection, statement(f"m4_{name.lower()}", horizon, "auto", level)).to_pandas()
            seconds = time.perf_counter() - started
            grouped = {key: group for key, group in made.groupby("id")}
            within = [
                (truths[key] >= grouped[key].lower_bound.to_numpy()) & (truths[key] <= grouped[key].upper_bound.to_numpy())
                for key in ids
            ]
            covered.append(numpy.concatenate(within).mean())
        forecasts = {key: grouped[key].forecast.to_numpy() for key in ids}
        baselines = {key: naive2(known[key], season, horizon) for key in ids}
        score = {
            which: (
                numpy.mean([smape(truths[key], made[key]) for key in ids]),
                numpy.mean([mase(known[key], truths[key], made[key], season) for key in ids]),
            )
            for which, made in (("ours", forecasts), ("naive2", baselines))
        }
        owa = 0.5 * (score["ours"][0] / score["naive2"][0] + score["ours"][1] / score["naive2"][1])
        rows.append(
            (name, len(ids), f"{score['ours'][0]:.3f}", f"{score['ours'][1]:.3f}", f"{owa:.3f}",
             f"{100 * covered[0]:.1f}", f"{100 * covered[1]:.1f}", f"{seconds:.1f}")
        )  # fmt: skip
    return rows


def months(count, first="2000-01-01"):
    return pandas.date_range(first, periods=count, freq="MS").to_pydatetime()


def monthly(count):
    """Series of ten to twenty years of months: level, drift, season and noise of many sizes."""
    random = numpy.random.default_rng(7)
    series = {}
    for number in range(count):
        length = int(random.integers(120, 240))
        walk = numpy.cumsum(random.normal(random.normal(0, 0.004), 0.02, length))
        season = random.normal(0, random.uniform(0, 0.2), 12)
        noise = random.normal(0, 0.03, length)
        series[f"S{number:05}"] = 1000 * numpy.exp(walk + season[numpy.arange(length) % 12] + noise)
    return series


def speed(connection, series, runs):
    """Seconds of ours and of statsforecast on the same series, in turns."""
    frame = pandas.concat(
        pandas.DataFrame({"unique_id": key, "ds": months(len(values)), "y": values}) for key, values in series.items()
    )
    few = frame[frame.unique_id.isin(list(series)[:4])]
    rows = []
    for model, peer, goal in PAIRS:
        peer_runs = StatsForecast(models=[peer(season_length=12)], freq="MS", n_jobs=2)
        peer_runs.forecast(df=few, h=18)
        ours, theirs = [], []
        for _ in range(runs):
            machine.settle(10)
            started = time.perf_counter()
            made = ask(connection, statement("monthly", 18, model, 0.8))
            ours.append(time.perf_counter() - started)
            if made.num_rows != 18 * len(series):
                raise SystemExit(f"{model} gave {made.num_rows} rows for {len(series)} series")
            machine.settle(10)
            started = time.perf_counter()
            peer_runs.forecast(df=frame, h=18)
            theirs.append(time.perf_counter() - started)
        our_time, their_time = statistics.median(ours), statistics.median(theirs)
        rows.append((model, peer.__name__, f"{our_time:.2f}", f"{their_time:.2f}", f"{their_time / our_time:.1f}", goal))
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--every", type=int, default=1, help="of M4's series every so many")
    arguments.add_argument("--series", type=int, default=1000, help="monthly series for the comparison of speed")
    arguments.add_argument("--runs", type=int, default=1)
    options = arguments.parse_args()
    check(PROGRAM, M4)
    lake = DATA / "lakes" / "forecast"
    for name, _, step, _ in COLLECTIONS:
        series = dict(list(read(M4 / f"{name}-train.csv").items())[:: options.every])
        load(lake, f"m4_{name.lower()}", series, lambda count, step=step: [EPOCH + place * step for place in range(count)])
    series = monthly(options.series)
    load(lake, "monthly", series, months)

    with server.Server(lake, threads=2) as ours, ours.flight_connection() as connection:
        scores = quality(connection, options.every)
        times = speed(connection, series, options.runs)
    header = ["M4", "series", "sMAPE", "MASE", "OWA", "80 % covers", "95 % covers", "seconds"]
    summary = ", ".join(f"{row[0]} OWA {row[4]}" for row in scores)
    report.publish("forecast quality, model auto", header, scores, summary)
    header = ["ours", "statsforecast", "ours s", "theirs s", "speed, statsforecast = 1", "goal"]
    summary = ", ".join(f"{row[0]} {row[4]} × {row[1]}" for row in times)
    report.publish(f"forecast speed, {len(series)} monthly series, 2 threads", header, times, summary)


if __name__ == "__main__":
    main()
