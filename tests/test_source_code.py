"""Which modules of a package need which."""

import sys
from pathlib import Path

import pytest

from segmentation.source_code import NAME, closure

MODULES = {
    "a.py": f"import {NAME}.room.b\nimport os\n",
    "room/b.py": f"def late():\n    from {NAME}.shown import c\n",
    "shown/c.py": f"from {NAME} import a\n",
    "alone.py": "",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        file = tmp_path / NAME / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / NAME


def found(package: Path, *entries: str, without: tuple[str, ...] = ()) -> set[str]:
    modules = closure([f"{NAME}.{entry}" for entry in entries], without=without, package=package)
    assert all(file.is_relative_to(package) for file in modules.values())
    return {name.removeprefix(f"{NAME}.") for name in modules}


def test_what_is_needed_by_others_and_late_is_needed_too(package: Path) -> None:
    assert found(package, "a") == {"a", "room.b", "shown.c"}
    assert found(package, "a", "alone") == {"a", "room.b", "shown.c", "alone"}


def test_rooms_may_be_passed_over(package: Path) -> None:
    assert found(package, "a", without=("shown",)) == {"a", "room.b"}


def test_what_is_no_module_of_the_project_is_passed_over(package: Path) -> None:
    assert closure(["os", f"{NAME}.nowhere", NAME], package=package) == {}


def test_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "dangerous.py").write_text("raise SystemExit\n")
    assert set(closure([f"{NAME}.dangerous"], package=tmp_path)) == {f"{NAME}.dangerous"}
    assert f"{NAME}.dangerous" not in sys.modules


def test_what_is_imported_is_read_from_the_file_as_it_is_now(package: Path) -> None:
    assert found(package, "alone") == {"alone"}
    (package / "alone.py").write_text(f"import {NAME}.shown.c\n")
    assert found(package, "alone") == {"alone", "shown.c", "a", "room.b"}
