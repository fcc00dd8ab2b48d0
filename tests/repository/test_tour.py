"""The notebook of the guide shows what its cells give."""

import json

import pytest

from tests.helpers.commands import REPO

PAGE = REPO / "docs" / "tour.ipynb"
CELLS = [
    cell
    for cell in json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]
LARGEST = 300_000  # bytes


def kinds(cell):
    return [sorted(output["data"]) for output in cell["outputs"]]


def test_the_tour_is_short_and_complete():
    assert PAGE.stat().st_size < LARGEST
    assert 10 <= len(CELLS) <= 14
    assert all(len(kinds(cell)) == 1 for cell in CELLS), "run docs/run_tour.py"
    assert sum("image/png" in kinds(cell)[0] for cell in CELLS) == 2
    assert str(REPO) not in PAGE.read_text(encoding="utf-8")


def test_the_tour_imports_nothing_but_the_package():
    lines = [line for cell in CELLS for line in "".join(cell["source"]).splitlines()]
    assert [line for line in lines if "import " in line] == ["import segmentation as sg"]


@pytest.mark.slow
@pytest.mark.executes(r"--group docs docs/run_tour\.py")
def test_every_cell_of_the_tour_runs():
    pytest.importorskip("nbclient", reason="the group docs is not installed")
    from docs.run_tour import executed

    again = [cell for cell in executed(PAGE).cells if cell.cell_type == "code"]
    assert [kinds(cell) for cell in again] == [kinds(cell) for cell in CELLS]
    verdict = "".join(CELLS[-2]["outputs"][0]["data"]["text/html"])
    assert verdict == again[-2].outputs[0].data["text/html"]
