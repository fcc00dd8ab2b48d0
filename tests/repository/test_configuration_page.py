"""docs/configuration.md is what its command writes, and leaves nothing out."""

import dataclasses
import re
import shutil
import subprocess
import sys
import types
from typing import get_args, get_type_hints

import pytest

from docs import write_configuration
from segmentation.customers.features import FEATURES
from segmentation.settings import schema
from tests.helpers.commands import REPO, environment

PAGE = write_configuration.PAGE.read_text(encoding="utf-8")
SETTINGS = [
    schema.Settings,
    schema.RegisterSettings,
    schema.ScoreSettings,
    schema.CampaignSettings,
]


def keys(settings, prefix=""):
    """Full names of the values of a schema."""
    for name, kind in get_type_hints(settings).items():
        kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
        nested = [each for each in kinds if dataclasses.is_dataclass(each)]
        if nested:
            yield from keys(nested[0], f"{prefix}{name}.")
        # what an option calls is nothing that a person sets
        elif not name.startswith("_"):
            yield f"{prefix}{name}"


def test_the_page_is_current():
    assert write_configuration.page() == PAGE, (
        "conf/, conf/sweep/ or their comments changed: "
        "run `uv run docs/write_configuration.py` and commit docs/configuration.md"
    )


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.__name__)
def test_every_value_of_the_schema_is_on_the_page(settings):
    missing = [key for key in keys(settings) if f"`{key}`" not in PAGE]
    assert missing == []


def test_every_option_and_study_is_on_the_page():
    files = [*REPO.glob("conf/*/*.yaml")]
    missing = [file for file in files if f"`{file.parent.name}={file.stem}`" not in PAGE]
    assert missing == []


def test_every_feature_is_explained_on_the_page_as_its_row_does():
    section = PAGE.split("\n## features\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.*) \|$", section, re.MULTILINE)
    assert [name for name, *_ in rows] == list(FEATURES)
    for name, meaning, unit, needs in rows:
        row = FEATURES[name]
        assert (meaning, unit) == (row.meaning, row.unit or "count")
        assert needs == (f"`{row.needs}`" if row.needs else "")


@pytest.mark.executes(r"docs/write_configuration\.py")
@pytest.mark.slow
def test_the_command_rewrites_the_page_and_asks_for_missing_comments(tmp_path):
    for folder in ("conf", "docs", "experiments"):
        shutil.copytree(REPO / folder, tmp_path / folder)
    (tmp_path / "docs" / "configuration.md").unlink()
    command = [sys.executable, str(tmp_path / "docs" / "write_configuration.py")]
    subprocess.run(command, check=True, env=environment())
    assert (tmp_path / "docs" / "configuration.md").read_text(encoding="utf-8") == PAGE
    (tmp_path / "conf" / "algorithm" / "agglomerative.yaml").write_text("# Ward.\nlinkage: ward\n")
    refused = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment()
    )
    assert refused.returncode == 1
    assert refused.stderr == (
        "algorithm.linkage of agglomerative.yaml has no comment; add one to its line\n"
    )
