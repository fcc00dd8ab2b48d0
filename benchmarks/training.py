"""Time and memory of one run of train.py on made-up shops, with fast and with default evaluation.

    uv run python benchmarks/training.py [CUSTOMERS …]

By default 100,000 and 1 million customers, five lines each on average, in a parquet file; the
columns are those of scoring.py.
"""

import sys
import tempfile
from pathlib import Path

from scoring import REPO, run, write_lines


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'customers':>12} {'evaluation':>10} {'seconds':>8} {'CPU s':>8} {'GB':>6}")
        for customers in sizes:
            lines = folder / f"{customers}.parquet"
            write_lines(lines, customers)
            for evaluation in ("fast", "default"):
                data = ["data=transactions", f"data.path={lines}", f"evaluation={evaluation}"]
                seconds, processor, peak = run(folder, str(REPO / "train.py"), *data)
                shown = f"{customers:>12,} {evaluation:>10} {seconds:>8.1f}"
                print(f"{shown} {processor:>8.1f} {peak:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
