"""What the pages say is true: commands run, options exist, links lead somewhere."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
import yaml
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override

from tests.helpers.commands import REPO, active_runs, client, environment, run_command, run_here
from tests.helpers.house import ORDER
from tests.helpers.servers import answering
from tests.helpers.shop import shop_lines

FOLDERS = [REPO, *(REPO / name for name in ("docs", "experiments", "experiments/findings"))]
PAGES = {
    str(page.relative_to(REPO)): page.read_text(encoding="utf-8")
    for folder in FOLDERS
    for page in sorted(folder.glob("*.md"))
}
SCRIPTS = ("train.py", "score.py", "register.py", "campaign.py")
# Their blocks are executed, on files of their own, by tests of their own.
OWN_TEST = (
    "docs/data.md",
    "docs/engines.md",
    "docs/operating.md",
    "docs/using_the_champion.md",
)
# Commands that nothing but .ci/run executes, and in which words. Whichever test executes another
# command than the scripts says so: @pytest.mark.executes(pattern of the command).
EXECUTED_BY_CI = {
    r"pip install uv": "pip install --quiet uv",
    r"uv sync": "uv sync --locked",
    r"ruff format": "uv run ruff format --check\n",
    r"ruff check": "uv run ruff check\n",
    r"mypy": "uv run mypy\n",
    r"pytest": "uv run pytest\n",
    r"pytest -q -n 1 tests/\S+": "uv run pytest\n",
    r"pytest -m slow tests/\S+": "uv run pytest -m slow\n",
    r"pytest -m drill( tests/faults)?": "uv run pytest -m drill tests/faults\n",
}
BENCHMARKS = {
    "growth.py": ["--runs", "2", "--store", "5"],
    "lines.py": ["100000", "--rounds", "1"],
    "segmenting.py": ["complete_journey", "kmeans"],
    "silhouette.py": ["2000"],
    # The other parts take minutes; the weekly workflow runs all.
    "run_all.py": ["lines", "scoring", "--small", "--folder", "."],
}
WEEKLY = {"growth.py", "run_all.py"}
# Options of Hydra and of its sweepers, which no file of conf/ has.
HYDRAS_OWN = (
    {"hydra/launcher", "hydra/sweeper", "hydra/job_logging", "hydra.run.dir"}
    | {
        *(
            f"hydra.launcher.{name}"
            for name in ("partition", "cpus_per_task", "mem_gb", "timeout_min")
        ),
    }
    | {f"hydra.sweeper.{name}" for name in ("direction", "n_trials", "n_jobs")}
)
ELSEWHERE = ("tracking.uri=http", "cluster.", "hydra/launcher=ray", "hydra/launcher=submitit")
ELSEWHERE += ("hydra.launcher.",)
SHOP = ["data=transactions", "data.path=orders.csv", "data.cancellation_prefix=C"]


class Command(NamedTuple):
    """A command without `uv run` and `python`, and what was exported before it."""

    words: list[str]
    variables: dict[str, str]

    @property
    def text(self) -> str:
        return " ".join(self.words)


class Block(NamedTuple):
    """Commands that build on one another."""

    place: str
    commands: list[Command]


def commands(shell: str) -> list[Command]:
    found, variables = [], {}
    for words in map(shlex.split, shell.splitlines()):
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            variables = variables | {name: value}
            continue
        words = words[2:] if words[:2] == ["uv", "run"] else words
        words = words[1:] if words[:1] == ["python"] else words
        found.append(Command(words, variables))
    return found


def prose(page: str) -> str:
    return re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL)


def fenced(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGES[page], re.DOTALL)


def spans(page: str) -> list[str]:
    """Code within sentences."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def blocks() -> list[Block]:
    """Blocks of shell, and commands within sentences as blocks of their own."""
    found = []
    for page in PAGES:
        shells = [] if page in OWN_TEST else fenced(page, "bash")
        shells += [
            span for span in spans(page) if re.match(r"(uv run|python|pip) |mlflow \w+ [-.]", span)
        ]
        found += [Block(f"{page}-{i}", commands(shell)) for i, shell in enumerate(shells, 1)]
    return found


def scripts_only(block: Block) -> Block:
    return Block(block.place, [each for each in block.commands if each.words[0] in SCRIPTS])


BLOCKS = blocks()
SCRIPT_BLOCKS = [scripts_only(block) for block in BLOCKS]


@pytest.mark.parametrize("page", OWN_TEST)
def test_a_page_with_a_test_of_its_own_is_executed_there(page, executed):
    assert page in executed


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_other_commands_are_executed_by_a_test_or_by_ci(block, executed):
    others = [each for each in block.commands if each.words[0] not in SCRIPTS]
    for command in others:
        known = [text for text in [*executed, *EXECUTED_BY_CI] if re.fullmatch(text, command.text)]
        assert known, (
            f"{block.place}: nothing executes `{command.text}`; let a test do it, marked with "
            "@pytest.mark.executes, or .ci/run"
        )
        for named in (word for word in command.words if re.fullmatch(r"[\w/]+\.py", word)):
            assert (REPO / named).is_file()


def test_what_is_executed_for_the_pages_stands_on_a_page(executed):
    typed = {each.text for block in BLOCKS for each in block.commands} | set(OWN_TEST)
    known = [*executed, *EXECUTED_BY_CI]
    assert [text for text in known if not any(re.fullmatch(text, each) for each in typed)] == []


def test_ci_executes_what_nothing_else_does():
    ci = (REPO / ".ci" / "run").read_text(encoding="utf-8")
    assert [words for words in EXECUTED_BY_CI.values() if words not in ci] == []


def axes(words: list[str]) -> dict[str, list[str]]:
    """What a command of train.py varies, with all values."""
    study = next((word.removeprefix("sweep=") for word in words if word.startswith("sweep=")), None)
    saved = {}
    if study is not None:
        file = REPO / "conf" / "sweep" / f"{study}.yaml"
        saved = yaml.safe_load(file.read_text(encoding="utf-8"))["hydra"]["sweeper"]["params"]
    typed = [word for word in words if "=" in word and not word.startswith("-")]
    main = GlobalHydra.instance()
    main.clear()
    with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
        parser = OverridesParser.create(config_loader=main.config_loader())
    overrides = parser.parse_overrides([f"{key}={value}" for key, value in saved.items()] + typed)
    return {
        override.get_key_element(): axis_values(override)
        for override in overrides
        if override.is_sweep_override()
    }


def axis_values(override: Override) -> list[str]:
    if override.is_interval_sweep():
        return [str(override.value().start), str(override.value().end)]
    return list(override.sweep_string_iterator())


def quick(words: list[str]) -> list[str]:
    """A command of train.py on the made-up shop, its sweep cut down to two runs."""
    if any(word in words for word in ("--help", "--cfg")):
        return words
    varied = axes(words)
    kept = [word for word in words if word.split("=")[0] not in varied]
    first, *others = [*varied, None]
    if first is not None:
        kept.append(f"{first}={','.join(varied[first][:2])}")
    kept += [f"{axis}={varied[axis][0]}" for axis in others if axis is not None]
    if {"sweep=search", "hydra/sweeper=optuna"} & set(words):
        kept = [word for word in kept if "n_trials" not in word] + ["hydra.sweeper.n_trials=2"]
    kept = [word for word in kept if word != "evaluation=full"]
    if not any(word.startswith("evaluation") for word in kept):
        kept.append("evaluation=fast")
    return [*kept, "plots=none", *([] if "data=transactions" in words else SHOP)]


def another_run() -> str:
    champion = client().get_model_version_by_alias("customer-segments", "champion").run_id
    runs = [run for run in active_runs() if run.data.tags["kind"] == "segmentation"]
    return next(run.info.run_id for run in runs if run.info.run_id != champion)


def executable(command: Command) -> list[str]:
    words = command.words[1:]
    if command.words[0] == "train.py":
        return quick(words)
    words = [f"run_id={another_run()}" if word.startswith("run_id=") else word for word in words]
    # Whoever chooses a run by hand may want it in spite of the gate.
    forced = command.words[0] == "register.py" and "force=true" not in words
    return [*words, "force=true"] if forced else words


def slow_beside_the_main_job(block: Block):
    marks = [] if block.place == "README.md-1" else [pytest.mark.slow]
    return pytest.param(block, id=block.place, marks=marks)


def runs_in_this_test(block: Block) -> bool:
    # The command of a finding is its study's; test_configs.py executes every study.
    return bool(block.commands) and not block.place.startswith("experiments/findings/")


@pytest.mark.parametrize(
    "block", [slow_beside_the_main_job(block) for block in filter(runs_in_this_test, SCRIPT_BLOCKS)]
)
def test_the_scripts_run_as_typed(block, shop_with_champion, empty_database, monkeypatch, capsys):
    for command in block.commands:
        if "data.decimal=comma" in command.words:
            shop_lines().to_csv("orders.csv", sep=";", decimal=",", index=False)
        with monkeypatch.context() as patch:
            for name, value in command.variables.items():
                patch.setenv(name, value)
                shutil.copy(empty_database, value.removeprefix("sqlite:///"))
            words, script = executable(command), command.words[0]
            # What goes to a server is a test below, and to a cluster one of tests/jobs.
            words = [word for word in words if not word.startswith(ELSEWHERE)]
            # Workers are started as a user's are, not from a process of the tests.
            if any("launcher=" in word for word in words):
                code = run_command(Path.cwd(), *words, script=script).returncode
            else:
                code = run_here(patch, *words, script=script)
        assert code == 0, f"{command.text}\n{capsys.readouterr().err}"


def named_options(page: str) -> list[tuple[str, str]]:
    """Keys and values that a page sets, in sentences and in commands of the scripts."""
    typed = [each for shell in fenced(page, "bash") for each in commands(shell)]
    words = [word for each in typed if each.words[0] in SCRIPTS for word in each.words]
    found = [re.fullmatch(r"([a-z][\w./]*)=(.*)", each) for each in [*words, *spans(page)]]
    return [(option[1], option[2]) for option in found if option]


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_is_named_exists(page):
    known = set(re.findall(r"`([a-z][\w.]*)`", PAGES["docs/configuration.md"]))
    for key, value in named_options(page):
        assert key in known | HYDRAS_OWN, f"{page}: {key}= is no option"
        options = {file.stem for file in REPO.glob(f"*/{key}/*.yaml")}
        if options and re.fullmatch(r"[\w,]+", value):
            assert set(value.split(",")) <= options, f"{page}: {key}={value}"


def option_table() -> dict[str, set[str]]:
    """The groups of the table in the README, with their options."""
    section = PAGES["README.md"].split("\n## Options\n")[1].split("\n## ")[0]
    table: dict[str, set[str]] = {}
    for group, option in re.findall(r"^\| ?(\S*) ?\| (.*?) \|", section, re.MULTILINE)[2:]:
        names = set(re.findall(r"`(\w+)`", option))
        table[group.strip("`") or list(table)[-1]] = (
            names if group else table[list(table)[-1]] | names
        )
    return table


def test_the_table_of_options_is_complete():
    folders = [folder for folder in (REPO / "conf").iterdir() if folder.is_dir()]
    options = {folder.name: {file.stem for file in folder.iterdir()} for folder in folders}
    described = option_table()
    assert described.pop("sweep") <= options.pop("sweep")
    assert described == {group: names for group, names in options.items() if len(names) > 1}


def test_the_house_is_described_in_the_order_of_its_rooms():
    section = PAGES["README.md"].split("\n## The house\n")[1]
    described = section.split("keeps it so: ")[1].split(". ")[0]
    assert re.findall(r"`(\w+)`", described) == list(ORDER)


def anchors(page: Path) -> set[str]:
    """The places of a page that a link can lead to, as GitHub names them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (REPO / page).parent / name if name else REPO / page
        assert target.exists(), f"{page}: {link}"
        assert not anchor or anchor in anchors(target), f"{page}: {link}"


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OWN_TEST])
@pytest.mark.slow
def test_python_runs_as_it_stands(page, request):
    code = fenced(page, "python")
    if code:
        request.getfixturevalue("shop_with_champion")
        run_id = client().get_model_version_by_alias("customer-segments", "champion").run_id
        trained = pd.read_parquet(client().download_artifacts(run_id, "customers.parquet"))
        exec("\n".join(code), {"customers": trained})


def test_every_benchmark_is_executed():
    files = {file.name for file in (REPO / "benchmarks").glob("*.py")}
    of_all = {"launchers.py", "processes.py", "scoring.py", "sweep.py", "training.py"}
    assert files == set(BENCHMARKS) | of_all | {"line_ways.py"}
    imported = (REPO / "benchmarks" / "run_all.py").read_text(encoding="utf-8")
    assert all(re.search(rf"^(import|from) {name[:-3]}\b", imported, re.M) for name in of_all)


def marked(name: str):
    return pytest.param(name, marks=pytest.mark.weekly if name in WEEKLY else pytest.mark.slow)


@pytest.mark.executes(r"benchmarks/\w+\.py.*")
@pytest.mark.parametrize("name", [marked(name) for name in BENCHMARKS])
def test_a_benchmark_runs(name, tmp_path):
    page = Path(shutil.copy(REPO / "docs" / "scaling.md", tmp_path))
    finished = subprocess.run(
        [sys.executable, str(REPO / "benchmarks" / name), *BENCHMARKS[name]],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert re.search(r"\d\.\d", finished.stdout)
    if name == "run_all.py":
        parts = re.findall(
            r"<!-- run_all\.py \w+ -->\n\n\| .*?\n<!-- end -->",
            page.read_text(encoding="utf-8"),
            re.S,
        )
        assert len(parts) == 6
        measured = json.loads((tmp_path / "images" / "scaling.json").read_text(encoding="utf-8"))
        assert set(measured) == {"lines", "scoring"}
        assert {file.name for file in (tmp_path / "images").glob("*.png")} == {
            "scaling_lines.png",
            "scaling_customers.png",
        }


def typed_command(beginning: str) -> list[str]:
    """The only command of the pages that begins so, to be run with a port of its own."""
    texts = {each.text for block in BLOCKS for each in block.commands}
    (text,) = [text for text in texts if text.startswith(beginning)]
    words = re.sub(r" --port \d+", "", text).split()
    return [str(Path(sys.executable).with_name(words[0])), *words[1:]]


@pytest.mark.slow
@pytest.mark.executes(r"mlflow ui .*")
def test_the_user_interface_shows_the_store(shop_with_champion):
    with answering(typed_command("mlflow ui")) as address:
        page = urllib.request.urlopen(address).read().decode()
        search = f"{address}/ajax-api/2.0/mlflow/registered-models/search"
        models = urllib.request.urlopen(search).read().decode()
    assert "<title>MLflow" in page
    assert "customer-segments" in models


@pytest.mark.slow
@pytest.mark.executes(r"mlflow server .*")
def test_runs_of_two_folders_meet_on_a_server(workplace, shop_csv, tmp_path_factory):
    with answering(typed_command("mlflow server")) as address:
        for k in ("2,3", "3,4"):
            finished = run_command(
                tmp_path_factory.mktemp("analyst"),
                *["-m", f"k={k}", "evaluation=fast", "data=transactions", f"data.path={shop_csv}"],
                "plots=none",
                f"tracking.uri={address}",
            )
            assert finished.returncode == 0, finished.stderr
    assert "already run as" in finished.stdout + finished.stderr
    kinds = [run.data.tags["kind"] for run in active_runs(workplace)]
    assert kinds.count("segmentation") == 3
    assert kinds.count("sweep") == 2
