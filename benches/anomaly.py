"""The Numenta Anomaly Benchmark through `detect_anomalies(…, online => true)`, one set of parameters for all files.

    anomaly.py [--program target/release/bellwether]

Scored by the benchmark's rules (version 1.1); beside it what the detectors published for these files reach.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile
import time

import psycopg

import report
import server
from place import PROGRAM, SHARED, check

NAB = SHARED.parent / "data" / "nab"
SCORER = SHARED.parent / "tools" / "nab_score.py"
PROFILES = ["standard", "reward_low_FP_rate", "reward_low_FN_rate"]
GOALS = ["≥ 55", "≥ 40", "≥ 62"]
PUBLISHED = {
    "Numenta HTM": ["64.9", "59.1", "69.9"],
    "KNN-CAD": ["53.5", "38.2", "61.3"],
    "Twitter ADVec": ["39.2", "30.1", "44.1"],
    "windowed Gaussian": ["28.2", "22.4", "31.6"],
}
QUERY = """SELECT file, ts::text, coalesce(score, 0)
FROM detect_anomalies(nab, ts => 'ts', value => 'value', by => ARRAY['file'], online => true) ORDER BY file, ts"""


def gather(folder):
    """All series in one file, each row with the name of its own."""
    gathered = folder / "nab.csv"
    rows = 0
    with open(gathered, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "ts", "value"])
        for path in sorted(NAB.glob("*/*.csv")):
            with open(path) as series:
                for row in csv.DictReader(series):
                    writer.writerow([path.relative_to(NAB), row["timestamp"], row["value"]])
                    rows += 1
    return gathered, rows


def detect(lake):
    """The score of each row, and the seconds the statement took."""
    with server.Server(lake) as served, psycopg.connect(served.conninfo(), autocommit=True) as connection:
        started = time.monotonic()
        rows = connection.execute(QUERY).fetchall()
        return rows, time.monotonic() - started


def score(rows, folder):
    """The benchmark's score for each of its profiles."""
    files = {}
    for file, ts, value in rows:
        files.setdefault(file, []).append((ts, value))
    for file, scored in files.items():
        path = folder / "results" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["timestamp", "anomaly_score"])
            writer.writerows(scored)
    command = [sys.executable, SCORER, folder / "results", "--data", NAB]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scores = dict(line.split(": ") for line in printed.splitlines())
    return [float(scores[profile]) for profile in PROFILES]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    server.PROGRAM = parser.parse_args().program
    check(server.PROGRAM, NAB, SCORER)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        series, count = gather(folder)
        server.load(folder / "lake", series, "nab")
        rows, seconds = detect(folder / "lake")
        assert len(rows) == count, f"{len(rows)} scores for {count} rows"
        ours = score(rows, folder)
    table = [["detect_anomalies", *(f"{value:.1f}" for value in ours)], ["goal", *GOALS]]
    table += [[name, *scores] for name, scores in PUBLISHED.items()]
    values = "/".join(f"{value:.1f}" for value in ours)
    summary = f"NAB {values} (standard/low FP/low FN); {count} values of {len(set(row[0] for row in rows))} series in {seconds:.2f} s"
    report.publish("anomalies online, NAB", ["detector", "standard", "low FP", "low FN"], table, summary)


if __name__ == "__main__":
    main()
