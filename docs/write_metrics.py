"""Write the table of all metrics into docs/evaluation.md, from their rows.

uv run docs/write_metrics.py
"""

from pathlib import Path

from segmentation.evaluation.metrics import METRICS, Bounds

PAGE = Path(__file__).resolve().parent / "evaluation.md"
FIRST = "<!-- metrics: written by `uv run docs/write_metrics.py` -->\n"
LAST = "<!-- end of metrics -->\n"


def page(text: str) -> str:
    """The page with a new table; all else stays as it is."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    return f"{before}{FIRST}\n{table()}\n{LAST}{after}"


def table() -> str:
    """A row per metric: what it says, its unit, its bounds and which direction is better."""
    rows = [
        (f"`{name}`", row.meaning, row.unit, in_words(row.bounds), row.better)
        for name, row in METRICS.items()
    ]
    head = [("metric", "what it says", "unit", "can be", "better"), ("---",) * 5]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [*head, *rows])


def in_words(bounds: Bounds) -> str:
    """Bounds in words: ``0 to 1``, ``from 0``, or nothing."""
    low, high = ("" if bound is None else f"{bound:g}".replace("-", "−") for bound in bounds)
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
