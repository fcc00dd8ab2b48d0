"""What the benchmarks share: commands that are measured, and tables of what was found."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

# With bytecode: the first command writes what is missing of it.
NOT_OWN = ("MLFLOW_", "PYTHONDONTWRITEBYTECODE")
Row = dict[str, str | int | float]
"""Heading to what was found; seconds and GB are floats."""


def run(folder: Path, *command: str) -> tuple[float, float, float]:
    """Seconds on the clock and of the processor, and peak gigabytes, of a command of Python."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(NOT_OWN)}
    start = time.perf_counter()
    with (folder / "log.txt").open("w") as log, (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=log, stderr=errors, env=own
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit((folder / "log.txt").read_text() + (folder / "errors.txt").read_text())
    kilobyte = 1 if sys.platform == "darwin" else 1024
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, processor, usage.ru_maxrss * kilobyte / 1e9


def cells(row: Row) -> list[str]:
    """What stands in the cells of a row: seconds and ratios in digits that mean something."""
    return [
        f"{value:,}"
        if isinstance(value, int)
        else value
        if isinstance(value, str)
        else f"{value:.1f}"
        if heading.endswith("seconds")
        else f"{value:.2f}"
        for heading, value in row.items()
    ]


def print_rows(rows: Iterable[Row]) -> None:
    """Print rows as they are found."""
    widths: list[int] = []
    for row in rows:
        if not widths:
            widths = [max(len(heading), 14) for heading in row]
            print(*(f"{head:>{width}}" for head, width in zip(row, widths, strict=True)))
        print(
            *(f"{cell:>{width}}" for cell, width in zip(cells(row), widths, strict=True)),
            flush=True,
        )


def markdown(rows: Sequence[Row]) -> Iterator[str]:
    """Lines of a table in Markdown."""
    if not rows:
        return
    yield f"| {' | '.join(rows[0])} |"
    marks = ("---" if isinstance(value, str) else "---:" for value in rows[0].values())
    yield f"| {' | '.join(marks)} |"
    yield from (f"| {' | '.join(cells(row))} |" for row in rows)
