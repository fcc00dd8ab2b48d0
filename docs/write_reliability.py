"""Run the drills and write what came of them into docs/reliability.md.

    uv run docs/write_reliability.py

A seed in SEGMENTATION_DRILLS_SEED draws a fifth of them.
"""

import ast
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PAGE = REPO / "docs" / "reliability.md"
DRILLS = REPO / "tests" / "faults"
SEED = "SEGMENTATION_DRILLS_SEED"
OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@dataclass
class Drilled:
    """What came of the drills of one file.

    Attributes
    ----------
    what : str
        What they are, the first line of the file.
    outcomes : Counter
        ``passed``, ``failed`` and ``skipped``.
    seconds : float
        Of all of them together.
    failed : list of str
        Names of those that failed.
    """

    what: str
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)


def main(written: Path = PAGE, *options: str) -> int:
    """Run the drills, write the page, and return the exit code of pytest; options are for it."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "drills.xml"
        command = [sys.executable, "-m", "pytest", "-m", "drill", str(DRILLS), "-q"]
        command += [f"--junitxml={results}", *options]
        code = subprocess.run(command, cwd=REPO, check=False).returncode
        written.write_text(page(read(results)), encoding="utf-8")
    return code


def read(results: Path) -> dict[str, Drilled]:
    """Outcomes by file, from what pytest writes for machines."""
    found: dict[str, Drilled] = {}
    for case in ET.parse(results).getroot().iter("testcase"):
        name = case.attrib["classname"].rpartition(".")[2]
        drilled = found.setdefault(name, Drilled(_what(name)))
        outcome = next((OUTCOMES[part.tag] for part in case if part.tag in OUTCOMES), "passed")
        drilled.outcomes[outcome] += 1
        drilled.seconds += float(case.attrib["time"])
        if outcome == "failed":
            drilled.failed.append(case.attrib["name"])
    return dict(sorted(found.items()))


def _what(name: str) -> str:
    docstring = ast.get_docstring(ast.parse((DRILLS / f"{name}.py").read_text(encoding="utf-8")))
    return str(docstring).splitlines()[0]


def page(found: dict[str, Drilled]) -> str:
    """The page, in Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: dict[str, Drilled]) -> Iterator[str]:
    seed = os.environ.get(SEED)
    drawn = "all drills" if seed is None else f"a fifth of the drills, drawn by {SEED}={seed}"
    yield "# Reliability"
    yield ""
    yield (
        "What happens when something goes wrong: commands are killed, disks are full, inputs are "
        "bad, sweeps run at once. A drill provokes it and checks what is said and what is left. "
        f"Written by `uv run docs/write_reliability.py`, which ran {drawn}. Every change runs a "
        "fifth of them, the weekly workflow all."
    )
    yield ""
    yield "| drill | what is provoked, and what must come of it | passed | failed | skipped | s |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for name, drilled in found.items():
        counts = " | ".join(str(drilled.outcomes[key]) for key in ("passed", "failed", "skipped"))
        link = f"[{name}](../tests/faults/{name}.py)"
        yield f"| {link} | {drilled.what} | {counts} | {drilled.seconds:.0f} |"
    for drilled in found.values():
        for name in drilled.failed:
            yield ""
            yield f"Failed: `{name}`"


if __name__ == "__main__":
    sys.exit(main())
