"""Time and memory of score.py on made-up shops, by default of 1 and 10 million customers.

    uv run python benchmarks/scoring.py [CUSTOMERS …] [OPTION=VALUE …]

Options are those of score.py. A champion is trained on the embedded data first. Every customer has
five lines on average. Seconds are those on the clock; CPU s, summed over the cores, depends less on
what else the machine does. GB is the peak of the resident memory, the interpreter and its libraries
included.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

REPO = Path(__file__).resolve().parents[1]
LINES_PER_CUSTOMER = 5
LINES = """
COPY (
    SELECT
        (hash(line) % {customers})::BIGINT AS customer_id,
        (line // 2)::BIGINT AS invoice_id,
        TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (hash(line + 1) % 31536000)::BIGINT
            AS invoiced_at,
        1 + hash(line + 2) % 5 AS quantity,
        round(exp(1 + 3 * (hash(line + 3) % 1000) / 1000), 2) AS unit_price,
    FROM range({lines}) AS lines(line)
) TO '{path}'
"""


def write_lines(path: Path, customers: int) -> None:
    lines = customers * LINES_PER_CUSTOMER
    duckdb.sql(LINES.format(customers=customers, lines=lines, path=path))


def run(folder: Path, *command: str) -> tuple[float, float, float]:
    """Seconds on the clock and of the processor, and peak gigabytes, of one script."""
    start = time.perf_counter()
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen([sys.executable, *command], cwd=folder, stdout=log)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit((folder / "log.txt").read_text())
    kilobyte = 1 if sys.platform == "darwin" else 1024
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, processor, usage.ru_maxrss * kilobyte / 1e9


def main() -> None:
    options = [argument for argument in sys.argv[1:] if "=" in argument]
    typed = [int(argument) for argument in sys.argv[1:] if argument not in options]
    sizes = typed or [1_000_000, 10_000_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, str(REPO / "train.py"), "-m", "k=4", "features=rfm", "evaluation=fast")
        head = (
            f"{'customers':>12} {'lines':>12} {'format':>8} {'seconds':>8} {'CPU s':>8} {'GB':>6}"
        )
        print(head)
        for customers in sizes:
            lines = folder / "lines.parquet"
            write_lines(lines, customers)
            for ending in ("parquet", "csv"):
                output = f"segments.{ending}"
                seconds, processor, peak = run(
                    folder,
                    str(REPO / "score.py"),
                    f"data.path={lines}",
                    f"output={output}",
                    "overwrite=true",
                    *options,
                )
                shown = f"{customers:>12,} {customers * LINES_PER_CUSTOMER:>12,} {ending:>8}"
                print(f"{shown} {seconds:>8.1f} {processor:>8.1f} {peak:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
