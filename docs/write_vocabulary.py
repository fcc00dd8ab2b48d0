"""Write the table of all names of segments into docs/evaluation.md, from the vocabulary.

uv run docs/write_vocabulary.py
"""

from pathlib import Path

from segmentation.segments.actions import (
    ORDER_VALUE_GAP,
    RETURNING,
    RETURNING_REPEATERS,
    REVENUE,
)
from segmentation.segments.terms import Term
from segmentation.segments.vocabulary import NOT_CLUSTERED, VALUE_VOCABULARY, VOCABULARY

PAGE = Path(__file__).resolve().parent / "evaluation.md"
FIRST = "<!-- names: written by `uv run docs/write_vocabulary.py` -->\n"
LAST = "<!-- end of names -->\n"
STAKES = {
    REVENUE: "revenue",
    RETURNING: "customers × share that came back × median order value",
    RETURNING_REPEATERS: "the same, of customers with two orders or more",
    ORDER_VALUE_GAP: "orders × distance to the median order value of all",
}
"""Kind of money at stake to its formula in short."""


def page(text: str) -> str:
    """The page with a new table; all else stays as it is."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    return f"{before}{FIRST}\n{table()}\n{LAST}{after}"


def table() -> str:
    """A row per name: its rule, what to do, what for, a typical offer and the money at stake."""
    head = [("name", "rule", "action", "aim", "typical offer", "at stake"), ("---",) * 6]
    rows = [_row(term) for term in (*VOCABULARY, *VALUE_VOCABULARY, *NOT_CLUSTERED)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [*head, *rows])


def _row(term: Term) -> tuple[str, ...]:
    rule = term.rule or "not by medians"
    return term.name, rule, term.action.verb, term.aim, term.offer, STAKES[term.action.stake]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
