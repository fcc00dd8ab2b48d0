"""Write docs/configuration.md from its template, conf/ with its comments, ranges and features.

uv run docs/write_configuration.py
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Template

from segmentation.customers.features import FEATURES
from segmentation.ranges import RANGE, ranged_options
from segmentation.settings.commented import Key, Option, read_groups, read_option, read_studies
from segmentation.settings.schema import ScoreSettings, Settings

REPO = Path(__file__).resolve().parents[1]
CONF = REPO / "conf"
PAGE = REPO / "docs" / "configuration.md"
TEMPLATE = PAGE.with_suffix(".md.j2")
RANGES = {
    name: str(declared.metadata[RANGE])
    for settings in (ScoreSettings(), Settings())
    for name, _, declared in ranged_options(settings)
}
SCRIPTS = {
    "train.py": "config",
    "score.py": "score",
    "register.py": "register",
    "campaign.py": "campaign",
    "explore.py": "explore",
}
LONGEST_CODE = 50


def page() -> str:
    """The whole page, as Markdown."""
    groups = {group.name: group for group in read_groups("config")}
    text = TEMPLATE.read_text(encoding="utf-8")
    return Template(text, keep_trailing_newline=True).render(
        scripts="\n".join(script_section(script, groups) for script in SCRIPTS),
        groups="\n".join(group_section(each) for each in groups.values() if each.name != "sweep"),
        studies=studies_table(),
    )


def script_section(script: str, groups: dict[str, Key]) -> str:
    """The groups and values of a script; a group means the same in every one."""
    name = SCRIPTS[script]
    chosen = [
        (f"[`{group.name}`](#{group.name})", code(group.value), "", groups[group.name].meaning)
        for group in read_groups(name)
    ]
    values = values_of([read_option(CONF / f"{name}.yaml")])
    return f"## {script}\n\n{values_table('option', [*chosen, *values])}"


def group_section(group: Key) -> str:
    """The options of a group, the default first, and what can be set in them."""
    folder = CONF / group.name
    files = sorted(folder.glob("*.yaml"), key=lambda file: (file.stem != group.value, file.stem))
    options = [read_option(file, f"{group.name}.") for file in files]
    chosen = [
        (
            code(f"{group.name}={option.name}"),
            option.description + (f"<br>{code(option.calls)}" if option.calls else ""),
        )
        for option in options
    ]
    text = f"## {group.name}\n\n{group.meaning[0].upper()}{group.meaning[1:]}.\n\n"
    text += table(("option", "what it is"), chosen)
    if values := values_of(options):
        text += "\n" + values_table("value", values)
    return text + ("\n" + features_table() if group.name == "features" else "")


def features_table() -> str:
    """Every feature with its meaning, its unit and the column that it needs."""
    rows = [
        (code(name), row.meaning, row.unit or "count", code(row.needs) if row.needs else "")
        for name, row in FEATURES.items()
    ]
    return table(("feature", "what it is", "unit", "needs the column"), rows)


def values_table(what: str, rows: list[tuple[str, ...]]) -> str:
    """A table of what can be set, without the column of ranges where nothing has one."""
    head: tuple[str, ...] = (what, "default", "range", "what it is")
    if not any(allowed for _, _, allowed, _ in rows):
        head, *rows = [(*row[:2], row[3]) for row in (head, *rows)]
    return table(head, rows)


def values_of(options: list[Option]) -> list[tuple[str, ...]]:
    """A row per key and meaning, with the values of the options that have it, and its range."""
    meanings: dict[str, str] = {}
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for option in options:
        for key in option.keys.values():
            meaning = key.meaning or meanings.get(key.name)
            if meaning is None:
                sys.exit(f"{key.name} of {option.name}.yaml has no comment; add one to its line")
            meanings.setdefault(key.name, meaning)
            found[key.name, meaning][key.value].append(option.name)
    return [
        (code(name), defaults(values, len(options)), RANGES.get(name, ""), meaning)
        for (name, meaning), values in found.items()
    ]


def defaults(options_by_value: dict[str, list[str]], n_options: int) -> str:
    """Each default, with the options that have it unless all do."""
    return "<br>".join(
        code(value) + (f" in {', '.join(those)}" if len(those) < n_options else "")
        for value, those in options_by_value.items()
        if value
    )


def studies_table() -> str:
    """The saved studies: what each asks, sets and varies."""
    rows = [
        (
            f"[`sweep={study.name}`](../conf/sweep/{study.name}.yaml)",
            study.question,
            typed(study.sets),
            typed(study.varies),
        )
        for study in read_studies()
    ]
    return table(("study", "what it asks", "what it sets", "what it varies"), rows)


def typed(values: dict[str, Any]) -> str:
    """Values as they would be typed, one a line."""
    return "<br>".join(code(f"{name}={value}") for name, value in values.items())


def code(text: str) -> str:
    """Text as code, cut where it would stretch a table."""
    return f"`{text if len(text) <= LONGEST_CODE else text[:LONGEST_CODE] + '…'}`"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [" | ".join(cell.replace("|", r"\|") for cell in row) for row in [head, *rows]]
    lines.insert(1, " | ".join("---" for _ in head))
    return "".join(f"| {line} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
