"""Draw the rooms of the source into docs/architecture.md, from what their modules import.

uv run docs/draw_rooms.py
"""

import ast
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
SOURCE = REPO / "src" / "segmentation"
PAGE = REPO / "docs" / "architecture.md"
FIRST = "<!-- rooms: drawn by `uv run docs/draw_rooms.py` -->\n"
LAST = "<!-- end of rooms -->\n"


def page(text: str) -> str:
    """The page with a new picture and list of rooms; all else stays as it is."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    needs = imported_rooms()
    return f"{before}{FIRST}\n{picture(needs)}\n{rooms_table(needs)}\n{LAST}{after}"


def picture(needs: dict[str, set[str]]) -> str:
    """An arrow from each room to those that import it, unless a longer way leads there, too."""
    arrows = [
        f"    {needed} --> {name}\n"
        for name in in_order(needs)
        for needed in in_order(needs)
        if needed in nearest(name, needs)
    ]
    names = '    __main__["console script"]\n'
    return f"```mermaid\nflowchart TD\n{names}{''.join(arrows)}```\n"


def rooms_table(needs: dict[str, set[str]]) -> str:
    """What each room is for, as its own first sentence says."""
    rows = [(f"`{name}`", meaning(name)) for name in in_order(needs)]
    head = [("room", "what is in it"), ("---", "---")]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [*head, *rows])


def imported_rooms() -> dict[str, set[str]]:
    """Room to the other rooms that it imports: a package or a module right below the source."""
    needs: dict[str, set[str]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        if file == SOURCE / "__init__.py":
            continue
        name = file.relative_to(SOURCE).parts[0].removesuffix(".py")
        needs.setdefault(name, set()).update(rooms_of(file) - {name})
    return needs


def rooms_of(file: Path) -> set[str]:
    """Rooms that a file imports from, also by a name that is put together when it runs."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            parts = (part for given in node.args for part in ast.walk(given))
            names += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    return {name.split(".")[1] for name in names if name.startswith("segmentation.")}


def in_order(needs: dict[str, set[str]]) -> list[str]:
    """Rooms so that each comes after all that it imports; of several, the alphabet's first."""
    found: list[str] = []
    while len(found) < len(needs):
        free = (name for name in sorted(needs) if name not in found and needs[name] <= {*found})
        found.append(next(free))
    return found


def nearest(name: str, needs: dict[str, set[str]]) -> set[str]:
    """Rooms that a room imports, without those that one of the others imports anyway."""
    further = set[str]().union(*(reached(other, needs) for other in needs[name]))
    return needs[name] - further


def reached(name: str, needs: dict[str, set[str]]) -> set[str]:
    """All rooms below a room, however far."""
    return needs[name].union(*(reached(other, needs) for other in needs[name]))


def meaning(name: str) -> str:
    """First sentence of a room's docstring."""
    package = SOURCE / name / "__init__.py"
    file = package if package.is_file() else SOURCE / f"{name}.py"
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
