"""The options of conf/ as their files explain them: each with the comment beside it.

What is said of an option, on the command line as in docs/configuration.md, is read from here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from segmentation.options import conf_folder


@dataclass(frozen=True)
class Key:
    """What can be set: its full name, its value as the file has it, and the comment beside it."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Option:
    """A file: its first comment, its keys with those of what it extends, and what it calls."""

    name: str
    description: str
    keys: dict[str, Key]
    calls: str = ""


@dataclass(frozen=True)
class Study:
    """A saved sweep: its name, what it asks, what it sets and what it varies."""

    name: str
    question: str
    sets: dict[str, Any]
    varies: dict[str, Any]


def read_option(file: Path, prefix: str = "") -> Option:
    """Read a file of conf/, the names of whose keys begin with ``prefix`` on the command line."""
    text = file.read_text(encoding="utf-8")
    keys: dict[str, Key] = {}
    for parent in yaml.safe_load(text).get("defaults", []) if prefix else []:
        keys |= read_option(file.with_name(f"{parent}.yaml"), prefix).keys
    keys |= {key.name: key for key in read_keys(yaml.compose(text), prefix, text)}
    calls = re.search(r"^_target_: (.+)$", text, re.MULTILINE)
    return Option(file.stem, header(text), keys, calls[1] if calls else "")


def read_keys(node: Any, prefix: str, text: str) -> Iterator[Key]:
    """Keys below a node; those that hold others, and Hydra's own, only where they are explained."""
    for key, value in node.value:
        name, meaning = f"{prefix}{key.value}", comment(text.splitlines()[key.start_mark.line])
        if key.value.startswith("_") or key.value == "defaults":
            continue
        if isinstance(value, yaml.MappingNode):
            yield from [Key(name, "", meaning)] if meaning else []
            yield from read_keys(value, f"{name}.", text)
        elif meaning or not name.startswith("hydra."):
            yield Key(name, as_written(value, text), meaning)


def as_written(node: yaml.Node, text: str) -> str:
    """A value as its file has it, a list in one line."""
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(item.value for item in node.value)}]"
    return text[node.start_mark.index : node.end_mark.index]


def read_groups(name: str) -> list[Key]:
    """The groups of a main configuration, with the options chosen by default."""
    lines = (conf_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    found = [(re.match(r"  - (\w+): (\w+)", line), line) for line in lines]
    return [Key(group[1], group[2], comment(line)) for group, line in found if group]


def read_studies() -> list[Study]:
    """The saved studies, in alphabetical order."""
    studies = []
    for file in sorted((conf_folder() / "sweep").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        chosen = dict(re.findall(r"^  - override /([\w/]+): (\w+)", text, re.MULTILINE))
        content = yaml.safe_load(text)
        axes = content.pop("hydra")["sweeper"]["params"]
        content.pop("defaults", None)
        studies.append(Study(file.stem, header(text), chosen | flat(content), axes))
    return studies


def header(text: str) -> str:
    """The comment that a file begins with."""
    found = re.match(r"(?:# @package .*\n)?((?:# .*\n)+)", text)
    return found[1].replace("# ", "").replace("\n", " ").strip() if found else ""


def comment(line: str) -> str:
    """The comment at the end of a line."""
    found = re.search(r"\s# (.+)$", line)
    return found[1] if found else ""


def flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values by their full names."""
    values: dict[str, Any] = {}
    for name, value in content.items():
        full = f"{prefix}{name}"
        values |= flat(value, f"{full}.") if isinstance(value, dict) else {full: value}
    return values
