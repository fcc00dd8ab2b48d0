"""A guard is added as its recipe says, proved on a copy of the tree."""

import shutil
from pathlib import Path

import pytest

from tests.helpers.commands import REPO
from tests.helpers.recipes import add_last, copy_tree, run_in, shown_lines
from tests.helpers.shop import write_shop

GUARDS = "src/segmentation/selection/guards.py"
OPTION = "conf/selection/default.yaml"
PAGE = "docs/configuration.md"
RUN = ["train.py", "-m", "k=2", "data=transactions", "data.path=orders.csv"]
RUN += ["evaluation=fast", "plots=none"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree in which the recipe has been followed."""
    copied, recipe = copy_tree(tmp_path), shown_lines("A guard")
    (field, meaning, row), (option,) = recipe[GUARDS], recipe[OPTION]
    add_last(copied / GUARDS, "SelectionRules", field)
    add_last(copied / GUARDS, "GUARDS", row)
    text = (copied / GUARDS).read_text(encoding="utf-8")
    explained = text.replace(
        "    max_reassigned : float\n", f"{meaning}    max_reassigned : float\n"
    )
    assert explained != text
    (copied / GUARDS).write_text(explained, encoding="utf-8")
    with (copied / OPTION).open("a", encoding="utf-8") as file:
        file.write(option)
    return copied


@pytest.mark.slow
def test_one_row_and_its_bound_make_a_guard(tree: Path, empty_database: Path) -> None:
    write_shop(tree / "orders.csv")
    shutil.copy(empty_database, tree / "mlflow.db")
    refused = run_in(tree, *RUN, "selection.min_effective_segments=2.5")
    shown = " ".join(refused.stdout.split())
    assert "effective segments, at least 2.5 needed" in shown, refused.stderr
    assert "No run is eligible" in shown
    within_the_default = run_in(tree, *RUN)
    assert within_the_default.returncode == 0, within_the_default.stderr
    assert "is the first champion" in within_the_default.stdout


def test_its_page_gets_one_line_and_nothing_else_is_asked_for(tree: Path) -> None:
    written = run_in(tree, "docs/write_configuration.py")
    assert written.returncode == 0, written.stderr
    before = (REPO / PAGE).read_text(encoding="utf-8").splitlines()
    after = (tree / PAGE).read_text(encoding="utf-8").splitlines()
    (new,) = [line for line in after if line not in before]
    assert new.startswith(
        "| `selection.min_effective_segments` | `1.1` | at least 1 | equally large segments"
    )
    assert [line for line in after if line != new] == before
