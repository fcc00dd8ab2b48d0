"""The page of what the tests do not find, with the reasons that people wrote on it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEAD = """\
# What the tests do not find

Written by `uv run --group mutation mutation/run.py`, which plants small faults with Cosmic Ray and
runs the tests at the mirrored path of each module; the reasons are written by hand, and stay while
the line does. A fault is *not importable* where the module cannot even be imported with it; it
counts nowhere. Of more than so many faults as are drawn, a sample is taken by a seed.

| module | faults possible | drawn | not importable | killed | survived | share killed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
OPEN = "open"
"""In the place of a reason that nobody has written."""
ROW = re.compile(r"^- `` (?P<key>.*) ``: (?P<reason>.*)$")


def share_killed(measured: Mapping[str, Any], excused: int = 0) -> float:
    """Share of the faults that could be imported, but the excused, in [0, 1]; 1 without any."""
    valid = measured["drawn"] - measured["not_importable"] - excused
    return measured["killed"] / valid if valid else 1.0


def write_survivors(results: Mapping[str, Mapping[str, Any]], page: Path) -> None:
    """Write the page; the reasons that stand on it are kept.

    Parameters
    ----------
    results : mapping of module to what was measured of it
    page : Path
    """
    reasons = reasons_on(page)
    rows, lists = [], []
    for module, measured in results.items():
        survivors = measured["survivors"] or []
        cells = [measured[name] for name in ("possible", "drawn", "not_importable", "killed")] + [
            len(survivors),
            f"{share_killed(measured):.0%}",
        ]
        rows.append(f"| `{module}` | " + " | ".join(map(str, cells)) + " |")
        lines = [
            f"- `` {key} ``: {reasons.get((module, key), OPEN)}"
            for key in dict.fromkeys(key for _, key in survivors)
        ]
        lists += [f"\n## `{module}`\n", *lines] if lines else []
    page.write_text(HEAD + "\n".join([*rows, *lists]) + "\n", encoding="utf-8")


def reasons_on(page: Path) -> dict[tuple[str, str], str]:
    """Reasons that stand on the page, by module and change."""
    found, module = {}, ""
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else []:
        if line.startswith("## `"):
            module = line.removeprefix("## `").removesuffix("`")
        elif row := ROW.match(line):
            found[module, row["key"]] = row["reason"]
    return found


def excused(module: str, measured: Mapping[str, Any], page: Path) -> int:
    """How many faults of a module survive for a reason that somebody wrote on the page."""
    reasons = reasons_on(page)
    return sum(reasons.get((module, key), OPEN) != OPEN for _, key in measured["survivors"] or [])
