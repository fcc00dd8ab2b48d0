"""Write the figures and pictures of docs/scaling.md.

    uv run python benchmarks/run_all.py [PART …] [--most 100000000] [--small] [--folder docs]

Without a part, all: sweep, launchers, training, lines, csv and scoring, which takes most of an
hour. What was found is kept in `images/scaling.json`, so that a part can be measured anew alone.
`--most` leaves out larger sizes; `--small` runs tiny ones, to see that everything works: give it a
folder of its own, with a copy of the page. Only a machine that does nothing else gives figures
worth reading.
"""

import argparse
import json
import os
import platform
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import launchers
import lines
import matplotlib.pyplot as plt
import scoring
import sweep
import training
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from processes import REPO, Row, markdown

from segmentation.jobs.fingerprint import installed_version

Rows = Iterator[Row]
LIBRARIES = ("scikit-learn", "hdbscan", "duckdb", "ibis-framework", "pandas", "mlflow", "pyspark")
LIMIT = "2GB"


def sizes(small: bool, most: int, *usual: int) -> list[int]:
    """Sizes that are measured."""
    return [min(usual) // 50] if small else [size for size in usual if size <= most]


def all_lines(small: bool, most: int) -> Rows:
    """Lines by hand and on DuckDB, the fewest of them on other engines, too."""
    usual = sizes(small, most, 2_000_000, 20_000_000, 100_000_000)
    yield from lines.rows(usual[:1], memory_limit=LIMIT, others=["postgresql", "spark"])
    yield from lines.rows(usual[1:], memory_limit=LIMIT)


def all_csv(small: bool, most: int) -> Rows:
    """The same from a csv file."""
    return lines.rows(sizes(small, most, 2_000_000, 20_000_000), "csv", LIMIT)


def all_training(small: bool, most: int) -> Rows:
    """Runs of K-means and HDBSCAN, and of K-means with a sample of the customers."""
    usual = 100_000, 1_000_000, 3_000_000, 10_000_000
    return training.rows(sizes(small, most, *usual), LIMIT)


def all_scoring(small: bool, most: int) -> Rows:
    """Scoring of measured customers into files."""
    usual = 100_000, 1_000_000, 10_000_000
    return scoring.rows(sizes(small, most, *usual), [f"engine.memory_limit={LIMIT}"])


def all_sweeps(small: bool, most: int) -> Rows:  # noqa: ARG001
    """Nine runs beside the plain way."""
    return sweep.rows(*((1, 1) if small else (9, 2)))


def all_launchers(small: bool, most: int) -> Rows:  # noqa: ARG001
    """A sweep by every launcher, with slow runs and with fast ones."""
    runs = "k=2,3" if small else "k=range(2,6)"
    cases = {"fast": ["evaluation=fast", "plots=none"]}
    if not small:
        cases = {"default": ["evaluation=default"]} | cases
    for evaluation, options in cases.items():
        for row in launchers.rows([runs, *options]):
            yield {"evaluation": evaluation, **row}


PARTS: dict[str, Callable[[bool, int], Rows]] = {
    "sweep": all_sweeps,
    "launchers": all_launchers,
    "training": all_training,
    "lines": all_lines,
    "csv": all_csv,
    "scoring": all_scoring,
}


def machine() -> str:
    """Where the figures are from, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{library} {installed_version(library)}" for library in LIBRARIES)
    return (
        f"Measured on {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} on "
        f"{platform.machine()}, Python {platform.python_version()}, {versions}."
    )


def page_with(page: str, found: dict[str, Any]) -> str:
    """The page with the tables of what was found between its marks."""
    for part, of in found.items():
        text = "\n".join([*markdown(of["rows"]), "", of["machine"]])
        mark = f"<!-- run_all.py {part} -->"
        if mark not in page:
            raise SystemExit(f"the page has no place for {part}: {mark}")
        between = re.compile(f"({re.escape(mark)}\n).*?(<!-- end -->)", re.DOTALL)
        page = between.sub(lambda found, text=text: f"{found[1]}\n{text}\n\n{found[2]}", page)
    return page


def picture(rows: Sequence[Row], size: str, way: Sequence[str], path: Path) -> None:
    """Seconds and memory against a size, a line a way."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    sizes = sorted({int(row[size]) for row in rows})
    ways = dict.fromkeys(" ".join(str(row[name]) for name in way) for row in rows)
    for label in ways:
        of = [row for row in rows if " ".join(str(row[name]) for name in way) == label]
        for axis, measure in zip(axes, ("seconds", "peak GB"), strict=True):
            points = [(row[size], row[measure]) for row in of if isinstance(row[measure], float)]
            if points:
                axis.plot(*zip(*points, strict=True), marker="o", label=label)
    for axis, measure in zip(axes, ("seconds", "peak GB"), strict=True):
        axis.set(xscale="log", yscale="log", xlabel=size, ylabel=measure)
        axis.set_xticks(sizes, [f"{each:,}" for each in sizes])
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        for each in (axis.xaxis, axis.yaxis):
            each.set_minor_formatter(NullFormatter())
        axis.grid(alpha=0.3)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw(found: dict[str, Any], folder: Path) -> None:
    """Draw what grows with the lines, and what grows with the customers."""
    if "lines" in found:
        picture(found["lines"]["rows"], "lines", ["way"], folder / "scaling_lines.png")
    customers = [
        row | {"what": f"train {row['algorithm']}, evaluation={row['evaluation']}"}
        for row in found.get("training", {"rows": []})["rows"]
    ]
    customers += [
        row | {"what": f"score to {row['output']}"}
        for row in found.get("scoring", {"rows": []})["rows"]
    ]
    if customers:
        picture(customers, "customers", ["what"], folder / "scaling_customers.png")


def main() -> None:
    """Measure, write the page and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--most", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, default=REPO / "docs")
    given = parser.parse_args()
    kept, page = given.folder / "images" / "scaling.json", given.folder / "scaling.md"
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for part in given.parts or PARTS:
        rows = []
        for row in PARTS[part](given.small, given.most):
            print(part, row, flush=True)
            rows.append(row)
        found[part] = {"machine": machine(), "rows": rows}
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        written = page_with(page.read_text(encoding="utf-8"), found)
        page.write_text(written, encoding="utf-8", newline="\n")
    draw(found, kept.parent)


if __name__ == "__main__":
    main()
