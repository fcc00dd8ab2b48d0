"""Time and memory of score.py on made-up shops, by default of 1 and 10 million customers.

    uv run python benchmarks/scoring.py [CUSTOMERS …] [OPTION=VALUE …]

Options are those of score.py. A champion is trained on the embedded data first. Every customer has
five lines on average. Seconds are those on the clock; processor seconds, summed over the cores,
depend less on what else the machine does. GB is the peak of the resident memory, the interpreter
and its libraries included.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from processes import REPO, Row, print_rows, run

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
    duckdb.connect().execute(LINES.format(customers=customers, lines=lines, path=path))


def rows(sizes: Sequence[int], options: Sequence[str] = ()) -> Iterator[Row]:
    """Score made-up shops of so many customers into a parquet and a csv file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, str(REPO / "train.py"), "-m", "k=4", "features=rfm", "evaluation=fast")
        for customers in sizes:
            lines = folder / "lines.parquet"
            write_lines(lines, customers)
            for ending in ("parquet", "csv"):
                data, output = f"data.path={lines}", f"output=segments.{ending}"
                typed = [str(REPO / "score.py"), data, output, "overwrite=true", *options]
                seconds, processor, peak = run(folder, *typed)
                yield {
                    "customers": customers,
                    "lines": customers * LINES_PER_CUSTOMER,
                    "output": ending,
                    "seconds": seconds,
                    "processor seconds": processor,
                    "peak GB": peak,
                }


def main() -> None:
    """Measure and print."""
    options = [argument for argument in sys.argv[1:] if "=" in argument]
    sizes = [int(argument) for argument in sys.argv[1:] if argument not in options]
    print_rows(rows(sizes or [1_000_000, 10_000_000], options))


if __name__ == "__main__":
    main()
