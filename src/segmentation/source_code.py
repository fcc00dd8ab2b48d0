"""The project's own source: which modules need which, read without importing them."""

import ast
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NAME = PACKAGE.name


def closure(
    entries: Iterable[str], *, without: Collection[str] = (), package: Path = PACKAGE
) -> dict[str, Path]:
    """Modules of the project that the entries import, directly or by others, with the entries.

    Parameters
    ----------
    entries : iterable of str
        Full names of modules; those of other packages are passed over.
    without : collection of str
        Rooms that are passed over, too.
    package : Path
        Folder of the code.

    Returns
    -------
    dict of str to Path
        Full name to file.
    """
    found: dict[str, Path] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        first, *rest = name.split(".")
        file = package.joinpath(*rest).with_suffix(".py")
        if first != NAME or not rest or rest[0] in without or name in found or not file.is_file():
            continue
        found[name] = file
        waiting += _imported(source(file))
    return found


def source(file: Path) -> str:
    """Text of a file of Python code."""
    return file.read_text(encoding="utf-8")


# By its text, because a file may be edited while its module is in use.
@cache
def _imported(text: str) -> tuple[str, ...]:
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # What is imported may be a module itself.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
