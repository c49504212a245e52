"""The outcome of a run: a table on the screen, and the same under results/."""

import datetime
import math
import pathlib

import machine

RESULTS = pathlib.Path(__file__).resolve().parent / "results"


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(math.log(value) for value in values) / len(values)) if values else float("nan")


def table(header, rows):
    """A Markdown table; numbers are right-aligned by the reader's renderer."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def publish(title, header, rows, summary):
    """Prints the table and its one-line summary, and appends both to today's results."""
    now = datetime.datetime.now()
    body = table(header, rows)
    print(f"\n{body}\n\n{summary}", flush=True)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y-%m-%d}.md"
    if not file.exists():
        file.write_text(f"# Measured on {now:%Y-%m-%d}\n\n" + "\n".join(machine.describe()) + "\n")
    with open(file, "a") as out:
        out.write(f"\n## {title} ({now:%H:%M})\n\n{body}\n\n{summary}\n")
    print(f"written to {file}")
