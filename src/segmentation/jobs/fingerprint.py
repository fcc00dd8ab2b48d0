"""The fingerprint of a run: two runs with the same one have the same result."""

import ast
import hashlib
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from segmentation.customers.measured import MeasuredCustomers
from segmentation.source_code import NAME, PACKAGE, closure, source

ENTRIES = (
    f"{NAME}.customers.measured",
    f"{NAME}.segmented",
    f"{NAME}.segments.drift",
    f"{NAME}.model.serving",
)
"""Where results are produced: measuring and segmenting customers, and the model that is kept."""
WITHOUT_RESULTS = ("plots", "report", "selection")
"""Rooms that only show and judge what was computed."""
HORIZON_SHARE = "evaluation.out_of_time.horizon_share"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LIBRARIES = ("scikit-learn", "hdbscan", "duckdb", "ibis-framework", "numpy", "scipy", "pandas")


def run_fingerprint(deciding: Mapping[str, Any], customers: MeasuredCustomers) -> str:
    """Digest everything that decides the result of a run.

    Two configurations with the same fingerprint are one run: HDBSCAN, say, with k = 2 and k = 3.

    Parameters
    ----------
    deciding : mapping of key to value
        Every value of the configuration that can change the result.
    customers : MeasuredCustomers
        Whose data's own fingerprint stands for the path.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    targets = sorted(set(_targets(deciding)))
    parts = {
        **deciding,
        "data_fingerprint": customers.report.fingerprint,
        "customers": customers.fingerprint(deciding.get(HORIZON_SHARE)),
        "described": customers.described.fingerprint,
        "as_of": customers.as_of.isoformat(),
        "code": code_fingerprint(tuple(targets)),
        "libraries": {library: installed_version(library) for library in LIBRARIES},
    }
    return digest(parts)


@cache
def installed_version(library: str) -> str | None:
    """Version of a library; ``None`` where it is not installed, as hdbscan on some platforms."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def without_seed(deciding: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the seed, and the options that follow it."""
    seed = deciding["seed"]
    follows = {key for key in deciding if key.endswith("random_state") and deciding[key] == seed}
    return {key: value for key, value in deciding.items() if key not in {"seed", *follows}}


def digest(parts: Mapping[str, Any]) -> str:
    """Digest plain values whatever their order: 16 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def code_fingerprint(targets: Iterable[str] = (), package: Path = PACKAGE) -> str:
    """Digest the code that produces results, docstrings and comments aside.

    Parameters
    ----------
    targets : iterable of str
        Full names that the configuration calls: of this project, of a library or one's own.
    package : Path
        Folder of the code.
    """
    called = [name.rpartition(".")[0] for name in targets]
    found = closure([*ENTRIES, *called], without=WITHOUT_RESULTS, package=package)
    sources = {name: _meaning(source(file)) for name, file in found.items()}
    others = {name for name in called if name.split(".")[0] != NAME}
    return digest(sources | {name: _content(name) for name in others})


def _targets(value: Any) -> Iterator[str]:
    """Names that a configuration calls, at every depth."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if str(key).rpartition(".")[2] == "_target_":
                yield str(part)
            else:
                yield from _targets(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _targets(part)


def _content(module: str) -> str:
    """Digest of the file of a module that is not of this project; empty where it has none."""
    found = importlib.util.find_spec(module) if module else None
    file = None if found is None or found.origin is None else Path(found.origin)
    if file is None or not file.is_file():
        return ""
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _meaning(text: str) -> str:
    """Digest of code without docstrings and comments."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
