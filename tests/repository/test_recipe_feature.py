"""A feature is added as its recipe says, proved on a copy of the tree."""

import json
from pathlib import Path

import pytest

from tests.helpers.commands import REPO
from tests.helpers.recipes import add_last, copy_tree, run_in, shown_lines
from tests.helpers.shop import shop_lines, write_shop

ROWS = "src/segmentation/customers/features.py"
OPTION = "conf/features/behaviour.yaml"
PAGE = "docs/configuration.md"
USE = """
import json
from pathlib import Path
import segmentation as sg

assert Path(sg.__file__).is_relative_to(Path.cwd()), sg.__file__
customers = sg.measure("orders.csv")
every = sg.segment(customers, features="behaviour", k=2, evaluation="fast")
two = sg.segment(customers, features=["revenue", "lines_per_order"], k=2, evaluation="fast")
print(json.dumps({
    "measured": customers.table["lines_per_order"].to_dict(),
    "option": list(every.recipe.features),
    "profiled": "lines_per_order" in " ".join(two.profile.columns),
}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree in which the recipe has been followed."""
    copied, recipe = copy_tree(tmp_path), shown_lines("A feature")
    (row,), (line,) = recipe[ROWS], recipe[OPTION]
    add_last(copied / ROWS, "FEATURES", row)
    with (copied / OPTION).open("a", encoding="utf-8") as option:
        option.write(line)
    return copied


@pytest.mark.slow
def test_one_row_makes_a_feature(tree: Path) -> None:
    write_shop(tree / "orders.csv")
    used = run_in(tree, "-c", USE)
    assert used.returncode == 0, used.stderr
    found = json.loads(used.stdout)
    assert found["option"][-1] == "lines_per_order"
    assert found["profiled"]
    # Counted in the file; what came back is no line: five of four orders, and five of two.
    assert [found["measured"][customer] for customer in ("150", "155")] == [1.25, 2.5]
    lines = shop_lines()
    bought = lines[lines["Quantity"] > 0].groupby("Customer ID")["Invoice"]
    expected = bought.size() / bought.nunique()
    assert found["measured"] == pytest.approx(
        {str(name): value for name, value in expected.items()}
    )


def test_its_page_gets_one_line_and_nothing_else_is_asked_for(tree: Path) -> None:
    written = run_in(tree, "docs/write_configuration.py")
    assert written.returncode == 0, written.stderr
    before = (REPO / PAGE).read_text(encoding="utf-8").splitlines()
    after = (tree / PAGE).read_text(encoding="utf-8").splitlines()
    new = "| `lines_per_order` | lines / orders; 0 without orders | count |  |"
    assert [line for line in after if line not in before] == [new]
    assert [line for line in after if line != new] == before
