"""Time and memory of one run of train.py on made-up shops, by algorithm and evaluation.

    uv run python benchmarks/training.py [CUSTOMERS …] [--memory-limit 2GB]

By default 100,000 and 1 million customers, five lines each on average, in a parquet file; the
columns are those of scoring.py. Above a million customers K-means alone is run, with the default
evaluation.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from processes import REPO, Row, print_rows, run
from scoring import write_lines

CASES = (("kmeans", "fast"), ("kmeans", "default"), ("hdbscan", "fast"))
MANY = 1_000_000


def rows(sizes: Sequence[int], memory_limit: str = "") -> Iterator[Row]:
    """Train on made-up shops of so many customers."""
    limit = [f"engine.memory_limit={memory_limit}"] if memory_limit else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for customers in sizes:
            lines = folder / f"{customers}.parquet"
            write_lines(lines, customers)
            for algorithm, evaluation in CASES if customers <= MANY else CASES[1:2]:
                options = [f"algorithm={algorithm}", f"evaluation={evaluation}", *limit]
                script = [str(REPO / "train.py"), "data=transactions", f"data.path={lines}"]
                seconds, processor, peak = run(folder, *script, *options)
                yield {
                    "customers": customers,
                    "algorithm": algorithm,
                    "evaluation": evaluation,
                    "seconds": seconds,
                    "processor seconds": processor,
                    "peak GB": peak,
                }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("customers", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--memory-limit", default="")
    given = parser.parse_args()
    print_rows(rows(given.customers, given.memory_limit))


if __name__ == "__main__":
    main()
