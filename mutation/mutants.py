"""Small faults of a module: what Cosmic Ray would change in it, one thing at a time."""

import difflib
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

PAIRS = {
    "Comparison": (
        *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
        *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
    ),
    "Binary": (
        *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_Mul", "Pow_Mul"),
        *("BitAnd_BitOr", "BitOr_BitAnd"),
    ),
    "Unary": ("USub_UAdd", "Delete_Invert", "Delete_Not"),
}
"""What stands in the place of an operator: its neighbour, and its opposite."""
OTHERS = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr"),
    *("ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("NumberReplacer", "ZeroIterationForLoop", "ExceptionReplacer"),
)


class DropEntry(Operator):
    """Leaves an entry of a dict out: what a digest or a record would then lack."""

    def mutation_positions(self, node: Any) -> list[tuple[Any, Any]]:
        return [
            (node.children[first].start_pos, node.children[last].end_pos)
            for first, last in _entries(node)
        ]

    def mutate(self, node: Any, index: int) -> Any:
        first, last = _entries(node)[index]
        comma = last + 1 < len(node.children)
        del node.children[first : last + 1 + comma]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def _entries(node: Any) -> list[tuple[int, int]]:
    """First and last child of every entry of a dict that is written out, if it has several."""
    if node.type != "dictorsetmaker" or not any(child == ":" for child in node.children):
        return []
    found, first = [], 0
    for place, child in enumerate([*node.children, None]):
        if child is None or child == ",":
            if place > first:
                found.append((first, place - 1))
            first = place + 1
    return found if len(found) > 1 else []


@dataclass(frozen=True)
class Mutant:
    """A module with one fault.

    Attributes
    ----------
    line : int
    before, after : str
        The lines that differ, without the blanks around them.
    code : str
        Of the whole module.
    """

    line: int
    before: str
    after: str
    code: str

    @property
    def key(self) -> str:
        """By which it is found again when lines have moved."""
        return f"{self.before} → {self.after}"


def mutants_of(file: Path, most: int, seed: int) -> tuple[list[Mutant], int]:
    """Return the mutants of a module, drawn by the seed where there are more, and how many are."""
    source = file.read_text(encoding="utf-8")
    found = {mutant.code: mutant for mutant in _all(source)}
    every = sorted(found.values(), key=lambda mutant: (mutant.line, mutant.key))
    if len(every) <= most:
        return every, len(every)
    drawn = set(random.Random(seed).sample(range(len(every)), most))
    return [mutant for place, mutant in enumerate(every) if place in drawn], len(every)


def _operators() -> list[Operator]:
    names = [f"Replace{kind}Operator_{pair}" for kind, pairs in PAIRS.items() for pair in pairs]
    return [DropEntry(), *(get_operator(f"core/{name}")() for name in (*names, *OTHERS))]


def _all(source: str) -> Iterator[Mutant]:
    nodes = list(ast_nodes(get_ast(source)))
    for operator in _operators():
        positions = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence in range(len(positions)):
            code = None
            # Cosmic Ray cannot replace an exception that is named by its module.
            with suppress(AttributeError):
                code = mutate_code(source, operator, occurrence)
            if code in (None, source) or _says_nothing(positions[occurrence], nodes):
                continue
            yield _mutant(source, code)


def _says_nothing(position: tuple[Any, Any], nodes: list[Any]) -> bool:
    """Whether a change stands in a type or a decorator: frozen or not, the results are the same."""
    start, end = position
    types = ("tfpdef", "annassign")
    if any(node.type == "decorator" and node.start_pos <= start < node.end_pos for node in nodes):
        return True
    return any(_type_of(node, start, end) for node in nodes if node.type in types) or any(
        node.annotation is not None
        and node.annotation.start_pos <= start
        and end <= node.annotation.end_pos
        for node in nodes
        if isinstance(node, parso.python.tree.Function)
    )


def _type_of(node: Any, start: Any, end: Any) -> bool:
    part = node.children[2] if node.type == "tfpdef" else node.children[1]
    return bool(part.start_pos <= start and end <= part.end_pos)


def _mutant(source: str, code: str) -> Mutant:
    old, new = source.splitlines(), code.splitlines()
    changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [change for change in changes if change[0] != "equal"]
    first, last = changed[0], changed[-1]
    before, after = old[first[1] : last[2]], new[first[3] : last[4]]
    return Mutant(first[1] + 1, _line(before), _line(after), code)


def _line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
