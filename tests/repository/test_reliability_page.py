"""docs/reliability.md: what came of the drills, from what pytest writes for machines."""

import re
import runpy
from pathlib import Path

import pytest

from tests.helpers.commands import REPO

RESULTS = """<testsuites><testsuite>
<testcase classname="tests.faults.test_kills" name="a[1]" time="3.4"/>
<testcase classname="tests.faults.test_kills" name="b" time="2.0"><failure message="x"/></testcase>
<testcase classname="tests.faults.test_secrets" name="c" time="9"><skipped message="y"/></testcase>
</testsuite></testsuites>"""


def test_passed_failed_and_skipped_drills_are_counted_by_file(tmp_path: Path) -> None:
    script = runpy.run_path(str(REPO / "docs" / "write_reliability.py"))
    (tmp_path / "drills.xml").write_text(RESULTS, encoding="utf-8")
    page = script["page"](script["read"](tmp_path / "drills.xml"))
    (kills,) = [line for line in page.splitlines() if "[test_kills]" in line]
    assert kills.endswith("| 1 | 1 | 0 | 5 |")
    assert "Commands are killed at seeded moments" in kills
    (secrets,) = [line for line in page.splitlines() if "[test_secrets]" in line]
    assert secrets.endswith("| 0 | 0 | 1 | 9 |")
    assert "Failed: `b`" in page


@pytest.mark.slow
@pytest.mark.posix
@pytest.mark.executes(r"docs/write_reliability\.py")
def test_the_page_is_written_of_drills_that_ran(tmp_path: Path) -> None:
    script = runpy.run_path(str(REPO / "docs" / "write_reliability.py"))
    one = tmp_path / "one.md"
    assert script["main"](one, "-k", "closed_folder_for_temporary_files") == 0
    assert "[test_places]" in one.read_text(encoding="utf-8")


def test_the_page_has_drills_that_there_are_and_none_that_failed() -> None:
    page = (REPO / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"\[(test_\w+)\]", page)
    drills = {file.stem for file in (REPO / "tests" / "faults").glob("test_*.py")}
    assert named
    assert set(named) <= drills
    assert "Failed:" not in page
