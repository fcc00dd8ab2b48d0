"""What is not portable is asked of the engine: nothing else in the code knows which one it is."""

import ast
from pathlib import Path

import pytest

import segmentation

SOURCE = Path(segmentation.__file__).parent
OTHER_ROOMS = sorted(
    path for path in SOURCE.rglob("*.py") if (SOURCE / "engine") not in path.parents
)
ONLY_IN_THE_ENGINE = {"duckdb", "builtin", "try_cast", "raw_sql", "create_table"}


def names(path: Path) -> set[str]:
    """Modules that a file imports, and names of the attributes that it asks for."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").startswith("segmentation.engine"):
                continue
            found |= set((node.module or "").split(".")) | {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


@pytest.mark.parametrize("path", OTHER_ROOMS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_other_room_names_the_engine(path: Path) -> None:
    assert not names(path) & ONLY_IN_THE_ENGINE


def test_the_engine_does_name_it() -> None:
    inside = set().union(*map(names, (SOURCE / "engine").glob("*.py")))
    assert inside >= ONLY_IN_THE_ENGINE
