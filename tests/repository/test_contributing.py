"""CONTRIBUTING.md names files that are there, and its commands do what it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import write_metrics
from tests.helpers.commands import REPO, environment
from tests.helpers.recipes import GUIDE, copy_tree, run_in, shown_lines

RECIPES = re.findall(r"^### (.+)$", GUIDE, re.MULTILINE)
PATH = r"`([\w./-]+/[\w./-]+|[\w-]+\.\w{2,4})`"
NEW = re.findall(rf"^New {PATH}", GUIDE, re.MULTILINE)


def test_every_file_that_is_named_exists_but_the_new_ones():
    named = set(re.findall(PATH, re.sub(r"^```.*?^```", "", GUIDE, flags=re.DOTALL | re.MULTILINE)))
    assert len(named) > 30
    assert [path for path in named - set(NEW) if not (REPO / path).exists()] == []
    assert [path for path in NEW if (REPO / path).exists()] == []
    assert [path for path in NEW if not (REPO / path).parent.is_dir()] == []


def test_there_is_a_recipe_for_each_thing_that_can_be_added():
    things = "scaler algorithm feature guard leaderboard-column picture data-layout study"
    assert [re.sub("^An? ", "", title).replace(" ", "-") for title in RECIPES] == things.split()


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_shows_the_lines_of_its_files(title):
    assert shown_lines(title)


@pytest.mark.slow
def test_the_options_that_recipes_show_explain_themselves(tmp_path):
    tree = copy_tree(tmp_path)
    options = [path for path in NEW if path.startswith("conf/")]
    shown = {path: lines for title in RECIPES for path, lines in shown_lines(title).items()}
    for path in options:
        (tree / path).write_text("".join(shown[path]), encoding="utf-8")
    assert run_in(tree, "docs/write_configuration.py").stderr == ""
    page = (tree / "docs" / "configuration.md").read_text(encoding="utf-8")
    names = [Path(path).relative_to("conf") for path in options]
    assert len(names) == 4
    assert [name for name in names if f"`{name.parent}={name.stem}`" not in page] == []


@pytest.mark.executes(r"pre-commit install")
def test_the_hooks_are_installed(tmp_path):
    shutil.copy(REPO / ".pre-commit-config.yaml", tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    program = Path(sys.executable).with_name("pre-commit")
    subprocess.run([program, "install"], cwd=tmp_path, check=True, env=environment())
    assert (tmp_path / ".git" / "hooks" / "pre-commit").is_file()


@pytest.mark.executes(r"docs/write_metrics\.py")
def test_the_command_rewrites_the_table_of_metrics(tmp_path):
    shutil.copytree(REPO / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("images"))
    page = tmp_path / "docs" / "evaluation.md"
    current = page.read_text(encoding="utf-8")
    before, _, rest = current.partition(write_metrics.FIRST)
    page.write_text(f"{before}{write_metrics.FIRST}{write_metrics.LAST}", encoding="utf-8")
    command = [sys.executable, str(tmp_path / "docs" / "write_metrics.py")]
    subprocess.run(command, check=True, env=environment())
    written = page.read_text(encoding="utf-8")
    assert written + rest.partition(write_metrics.LAST)[2] == current
