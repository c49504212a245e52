"""Where things are: the data, the shared workload, our program."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("BENCH_DATA", ROOT / "target" / "bench"))
SHARED = pathlib.Path(os.environ.get("BELLWETHER_SHARED", ROOT.parent / "shared")) / "bench"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / "release" / "bellwether"


def check(*paths):
    """Ends with the way to make them when one of the paths is missing."""
    for path in paths:
        if not path.exists():
            raise SystemExit(f"{path} is missing: benches/setup makes it")


def workload(query, engine):
    """A query of the shared workload, as an engine is asked it."""
    return (SHARED / "workload" / f"{query}.{engine}.sql").read_text().strip().rstrip(";")
