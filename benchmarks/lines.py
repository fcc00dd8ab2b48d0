"""Reading, cleaning, reporting and measuring lines, beside SQL that is written by hand for them.

    uv run python benchmarks/lines.py [LINES …] [--format parquet] [--memory-limit 2GB] [--rounds 3]
        [--engines postgresql spark]

By default 20 and 100 million lines of a made-up shop, in a parquet file (or csv). The ways run in
processes of their own that take turns, the least of the rounds counts; that of the hand knows the
columns, their types and the rules in advance, and has the same result: lines and revenue by rule,
customers, orders, and the features of every customer; the project also finds out the layout and
makes a fingerprint. Processor seconds are summed over the cores, GB is the peak of the resident
memory. On request also on PostgreSQL, which has the lines before, and on Spark, on all cores of
this machine; their servers compute, so processor and memory are not those of the command.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pytest
from line_ways import HAND, OURS
from processes import Row, print_rows, run

from tests.helpers.engines import postgres_server, require_spark

LINES_PER_INVOICE = 12
SHOP = """
COPY (
    SELECT
        CASE WHEN hash(invoice + 7) % 50 = 0 THEN 'C' ELSE '' END
            || (536365 + invoice)::VARCHAR AS "Invoice",
        (10000 + hash(line + 5) % 4000)::VARCHAR
            || CASE WHEN hash(line + 5) % 7 = 0 THEN 'B' ELSE '' END AS "StockCode",
        CASE WHEN hash(invoice + 7) % 50 = 0 THEN -1 ELSE 1 END
            * (1 + hash(line + 2) % 12)::INTEGER AS "Quantity",
        TIMESTAMP '2023-01-01' + INTERVAL 1 SECOND * (invoice * 63072000 // {invoices})::BIGINT
            AS "InvoiceDate",
        round(0.5 + (hash(line + 3) % 1000) / 100.0, 2)::DOUBLE AS "Price",
        CASE WHEN hash(invoice + 9) % 20 > 0
            THEN '1' || lpad((floor({customers} * pow((hash(invoice + 1) % 1000003) / 1000003.0, 2))
                )::BIGINT::VARCHAR, 7, '0') END AS "Customer ID",
        ['United Kingdom', 'France', 'Germany'][(1 + hash(invoice + 4) % 3)::BIGINT] AS "Country"
    FROM (
        -- one line in 200 stands there twice
        SELECT range - (range % 200 = 1)::INT AS line, line // {lines_per_invoice} AS invoice
        FROM range({lines})
    )
) TO '{path}'
"""
IN_PROCESS = ("by hand", "duckdb")
"""Ways whose memory is that of one process."""


def write_lines(path: Path, lines: int, customers: int = 159_000) -> None:
    invoices = lines // LINES_PER_INVOICE + 1
    duckdb.connect().execute(
        SHOP.format(
            lines=lines,
            invoices=invoices,
            customers=customers,
            lines_per_invoice=LINES_PER_INVOICE,
            path=path,
        )
    )


@contextmanager
def engines(path: Path, names: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    """Arguments of every way that is installed here; a database has the lines already."""
    ways = {"by hand": [HAND, str(path)], "duckdb": [OURS, str(path)]}
    with ExitStack() as started:
        for name in names:
            try:
                if name == "spark":
                    require_spark()
                else:
                    address = started.enter_context(postgres_server())
                    load(path, address)
            except pytest.skip.Exception as reason:
                print(f"without {name}: {reason}", file=sys.stderr)
                continue
            ways[name] = [OURS, str(path), "spark" if name == "spark" else address]
        yield ways


def load(path: Path, address: str) -> None:
    """Copy a parquet file into the table ``lines`` of a database."""
    import psycopg

    text = path.with_suffix(".copied.csv")
    lines = duckdb.read_parquet(str(path))
    lines.write_csv(str(text), header=False)
    types = {"INTEGER": "integer", "TIMESTAMP": "timestamp", "DOUBLE": "double precision"}
    kinds = [types.get(str(kind), "text") for kind in lines.types]
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(lines.columns, kinds, strict=True))
    with psycopg.connect(address) as connection, text.open("rb") as source:
        connection.execute(f"CREATE TABLE lines ({columns})")
        with connection.cursor().copy("COPY lines FROM STDIN (FORMAT csv)") as copy:
            shutil.copyfileobj(source, copy)
    text.unlink()


def rows(
    sizes: Sequence[int],
    file_format: str = "parquet",
    memory_limit: str = "",
    rounds: int = 1,
    others: Sequence[str] = (),
) -> Iterator[Row]:
    """Every way on shops with so many lines; the least of the rounds, in which they take turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for lines in sizes:
            path = folder / f"lines.{file_format}"
            write_lines(path, lines)
            with engines(path, others) as ways:
                found = measured(folder, ways, memory_limit, rounds)
            for way, (seconds, processor, peak) in found.items():
                own = way in IN_PROCESS
                yield {
                    "lines": lines,
                    "way": way,
                    "seconds": seconds,
                    "processor seconds": processor if own else "elsewhere",
                    "peak GB": peak if own else "elsewhere",
                    "ratio": seconds / found["by hand"][0],
                }


def measured(
    folder: Path, ways: dict[str, list[str]], memory_limit: str, rounds: int
) -> dict[str, list[float]]:
    """Least seconds on the clock, of the processor, and gigabytes of every way."""
    figures: dict[str, list[tuple[float, float, float]]] = {way: [] for way in ways}
    results: dict[str, list] = {}
    for _ in range(rounds):
        for way, (code, path, *engine) in ways.items():
            given = [path, memory_limit, *(engine or (["duckdb"] if code == OURS else []))]
            figures[way].append(run(folder, "-c", code, *given))
            results[way] = json.loads((folder / "log.txt").read_text().splitlines()[-1])
            require_equal(results["by hand"], results[way])
    return {way: [min(each) for each in zip(*of, strict=True)] for way, of in figures.items()}


def require_equal(by_hand: list, other: list) -> None:
    same = by_hand[0] == other[0] and all(
        abs(one - two) <= 1e-6 * abs(one) + 0.01
        for one, two in zip(by_hand[1:], other[1:], strict=True)
    )
    if not same:
        sys.exit(f"the results differ: {by_hand}, {other}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="*", type=int, default=[20_000_000, 100_000_000])
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--memory-limit", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", nargs="*", choices=["postgresql", "spark"], default=[])
    given = parser.parse_args()
    limit, others = given.memory_limit, given.engines
    print_rows(rows(given.lines, given.format, limit, given.rounds, others))


if __name__ == "__main__":
    main()
