"""The site is built strictly, with the public names first and a page for every room."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import segmentation
from tests.helpers.commands import REPO, environment
from tests.helpers.house import ORDER

PUBLIC = re.findall(
    r"^::: segmentation\.(\w+)$", (REPO / "docs/api/index.md").read_text("utf-8"), re.MULTILINE
)


def test_the_page_of_the_public_names_has_them_all_and_no_other():
    assert sorted(PUBLIC) == sorted(segmentation.__all__)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `uv run --group docs mkdocs build --strict` makes it, in a folder of its own."""
    if find_spec("mkdocs") is None or find_spec("mkdocstrings") is None:
        pytest.skip("the group `docs` is not installed: uv sync --group docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(
        command, cwd=REPO, env=environment(), capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return folder


def words(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.executes(r"--group docs mkdocs build --strict")
def test_the_public_names_are_explained(site):
    page = words(site / "api" / "index.html")
    assert [name for name in PUBLIC if f'id="segmentation.{name}"' not in page] == []
    assert "Read transaction lines, clean them and measure every customer." in page


@pytest.mark.slow
def test_every_room_has_a_page(site):
    pages = {folder.name for folder in (site / "api").iterdir() if folder.is_dir()}
    assert pages == {room for room in ORDER if not room.startswith("_")}


@pytest.mark.slow
def test_references_of_docstrings_are_links(site):
    left = [page for page in site.rglob("*.html") if re.search(r":\w+:<code>", words(page))]
    assert left == []


@pytest.mark.slow
def test_the_guide_begins_with_the_readme(site):
    page = words(site / "index.html")
    assert "without a download of data" in page
    assert 'src="images/report.png"' in page
