"""The machine: what it is, when it is quiet, and what a process has used of it."""

import importlib.metadata
import os
import pathlib
import platform
import subprocess
import time

from place import PROGRAM, ROOT


def describe():
    """What a reader of the figures must know, as lines of Markdown."""
    model = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) / 2**20
    ours = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.strip()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    packages = ["duckdb", "pyarrow", "psycopg", "adbc-driver-flightsql", "adbc-driver-postgresql"]
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    return [
        f"- {os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}",
        f"- {ours} ({commit or 'no commit'}), {versions}",
    ]


def busy_jiffies():
    """What all processors have computed since the start, and all time they had."""
    fields = [int(field) for field in open("/proc/stat").readline().split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def settle(seconds=30, share=0.15):
    """Waits until the machine computes little, at most so long; gives whether it became quiet."""
    deadline = time.monotonic() + seconds
    while True:
        busy, total = busy_jiffies()
        time.sleep(0.25)
        busy_after, total_after = busy_jiffies()
        if (busy_after - busy) / max(1, total_after - total) < share:
            return True
        if time.monotonic() > deadline:
            return False


def memory(pid, field):
    """`VmHWM` (peak) or `VmRSS` (now) of a process, in MiB."""
    line = next(line for line in open(f"/proc/{pid}/status") if line.startswith(field))
    return int(line.split()[1]) / 1024


def forget_peak(pid):
    """Sets the peak of a process back to what it holds now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
