"""The recipes of CONTRIBUTING.md, followed on a copy of the tree."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.helpers.commands import REPO, environment

GUIDE = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")


def copy_tree(folder: Path) -> Path:
    """Copy what a run and the generated pages need."""
    for name in ("src", "conf", "docs", "experiments"):
        ignored = shutil.ignore_patterns("__pycache__", "images")
        shutil.copytree(REPO / name, folder / name, ignore=ignored)
    for file in [*REPO.glob("*.py"), REPO / "pyproject.toml"]:
        shutil.copy(file, folder)
    return folder


def shown_lines(title: str) -> dict[str, list[str]]:
    """The lines that a recipe shows, by the file that they go into, in the order of the recipe."""
    section = GUIDE.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]
    shown: dict[str, list[str]] = {}
    blocks = r"^(?:New )?`([\w/.]+)`[^\n]*\n\n```\w+\n(.*?)^```$"
    for path, lines in re.findall(blocks, section, re.MULTILINE | re.DOTALL):
        shown.setdefault(path, []).append(lines)
    return shown


def add_last(file: Path, name: str, lines: str) -> None:
    """Add lines at the end of a table or class at the top level of a module."""
    text = file.read_text(encoding="utf-8")
    (node,) = [each for each in ast.parse(text).body if name in _names(each)]
    assert node.end_lineno is not None
    place = node.end_lineno - (0 if isinstance(node, ast.ClassDef) else 1)
    before = text.splitlines(keepends=True)
    file.write_text("".join([*before[:place], lines, *before[place:]]), encoding="utf-8")


def run_in(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy of the tree, on the copy's own package."""
    variables = environment(PYTHONPATH=str(tree / "src"))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
