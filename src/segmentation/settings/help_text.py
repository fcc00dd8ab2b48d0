"""What --help says of a script: what it does, examples, its options, and the saved studies."""

import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import yaml

from segmentation.options import conf_folder, option_names
from segmentation.settings.commented import read_groups, read_keys, read_option, read_studies

MEANING_AT = 26
"""Column at which meanings begin."""
OWN_DATA = "transactions"
MUST_BE_GIVEN = "???"
LAST = (
    "A group is a folder of conf/, and an option a file in it: {example}. All that can be set in "
    "those files is in docs/configuration.md; --cfg job shows the values without running anything, "
    "--hydra-help what Hydra offers."
)


def help_text(config_name: str, started: str) -> str:
    """Say what a script does and what can be typed after it.

    Parameters
    ----------
    config_name : str
        Primary configuration in ``conf/``.
    started : str
        What the script was started by, ``sys.argv[0]``.
    """
    width = shutil.get_terminal_size().columns
    about, examples = what_it_does(config_name)
    command = command_of(started)
    parts = [
        textwrap.fill(about, width),
        "Examples:\n"
        + "\n".join(f"  {command} {typed}\n{_below(what, width)}" for typed, what in examples),
        "Groups:\n" + _listed(_groups(config_name), width),
        "Options:\n" + _listed(_values(config_name), width),
    ]
    if any(group.name == "sweep" for group in read_groups(config_name)):
        studies = [(f"sweep={study.name}", study.question) for study in read_studies()]
        parts.append("Saved studies, which need no -m:\n" + _listed(studies, width))
    return "\n\n".join([*parts, textwrap.fill(LAST.format(example=_example(config_name)), width)])


def what_it_does(config_name: str) -> tuple[str, list[tuple[str, str]]]:
    """What a script does, and examples: what is typed after it, and what that does."""
    file = conf_folder() / f"{config_name}.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))["hydra"]["help"]
    pairs = (line.partition("  # ") for line in told["footer"].splitlines())
    return " ".join(told["header"].split()), [(typed.rstrip(), what) for typed, _, what in pairs]


def command_of(started: str) -> str:
    """The script as it was started: from the checkout, by uv, or from where it is installed."""
    script = PurePath(started).name
    if script.startswith("__main__.py "):
        return f"python -m segmentation {script.partition(' ')[2]}"
    if not script.endswith(".py"):
        return script
    return f"uv run {script}" if "UV" in os.environ else f"python {script}"


def _example(config_name: str) -> str:
    """A choice in a group that the script has."""
    group = read_groups(config_name)[0]
    return f"{group.name}={option_names(group.name)[-1]}"


def _below(what: str, width: int) -> str:
    return textwrap.fill(what, width, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _groups(config_name: str) -> Iterator[tuple[str, str]]:
    meanings = {group.name: group.meaning for group in read_groups("config")}
    for group in read_groups(config_name):
        if group.name != "sweep":
            options = ", ".join(option_names(group.name))
            yield f"{group.name}={group.value}", f"{meanings[group.name]}: {options}"


def _values(config_name: str) -> Iterator[tuple[str, str]]:
    """The lines to read, where a script reads some, and what is its own."""
    path = read_option(conf_folder() / "data" / f"{OWN_DATA}.yaml", "data.").keys["data.path"]
    text = (conf_folder() / f"{config_name}.yaml").read_text(encoding="utf-8")
    lines = [path] if any(group.name == "data" for group in read_groups(config_name)) else []
    for key in [*lines, *read_keys(yaml.compose(text), "", text)]:
        if not key.name.startswith("hydra."):
            value = f"={key.value}" if key.value else ""
            yield f"{key.name}{value.replace(MUST_BE_GIVEN, '…')}", key.meaning


def _listed(rows: Sequence[tuple[str, str]] | Iterator[tuple[str, str]], width: int) -> str:
    """A name and its meaning beside it, or below it where the name is long."""
    lines = []
    for name, meaning in rows:
        beside = len(name) + 4 <= MEANING_AT
        first = f"  {name}".ljust(MEANING_AT) if beside else " " * MEANING_AT
        lines += [] if beside else [f"  {name}"]
        lines += textwrap.wrap(
            meaning,
            width,
            initial_indent=first,
            subsequent_indent=" " * MEANING_AT,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines)
