"""What plain Hydra can do works here: help, completion, own primary configurations, searches."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from segmentation.options import option_names
from tests.helpers.commands import (
    ENCODING,
    active_runs,
    child_runs,
    client,
    command,
    environment,
    parent_runs,
    run_here,
    without_progress,
)

HEAVY = ("pandas", "numpy", "sklearn", "ibis", "duckdb", "mlflow", "matplotlib", "optuna")


@pytest.fixture
def train(workplace, shop_csv, monkeypatch):
    def run(*arguments):
        shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
        return run_here(monkeypatch, *arguments, *shop)

    return run


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    (line,) = without_progress(captured.err).splitlines()
    return line


@pytest.mark.parametrize("asked", [["--help"], ["--cfg", "job"], ["-sc", "query=bash"]])
@pytest.mark.parametrize("script", ["train.py", "register.py", "score.py", "campaign.py"])
@pytest.mark.slow
def test_what_is_only_asked_imports_nothing_heavy(script, asked, tmp_path):
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", *command(*asked, script=script)[1:]],
        cwd=tmp_path,
        env=environment(COMP_LINE=f"{script} tracking."),
        capture_output=True,
        text=True,
        encoding=ENCODING,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    imported = set(re.findall(r"\| +(\w+)$", shown.stderr, re.MULTILINE))
    assert {"hydra", "segmentation"} <= imported
    assert imported & set(HEAVY) == set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_studies_are_listed_and_completed(tmp_path):
    def shown(*asked, **variables):
        return subprocess.run(
            command(*asked),
            cwd=tmp_path,
            env=environment(**variables),
            capture_output=True,
            text=True,
            encoding=ENCODING,
            check=True,
        ).stdout

    studies = option_names("sweep")
    listed = shown("--help")
    assert all(f"  sweep={study}" in listed for study in studies)
    assert shown("-sc", "query=bash", COMP_LINE="train.py sweep=").split() == [
        f"sweep={study}" for study in studies
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["k=${oc.env:NOPE}"], "Environment variable 'NOPE' not found"),
        (["k=${nope}"], "'nope' not found"),
        (["~k"], "algorithm.n_clusters: Interpolation key 'k' not found"),
        (["~scaler"], "'scaler' has no value"),
        (["-m", "k=interval(2,6)"], "hydra/sweeper=optuna"),
        (["-m", "k=range(2,2)"], "no value"),
        (["-m", "k=2,${nope}"], "'nope' not found"),
        (["optimized_metric=nope"], "is no metric"),
        (["algorithm.n_init=abc", "data.path=not_read.csv"], "'n_init'"),
        (["-m", "k=2,3", "hydra/sweeper=optuna"], "hydra.sweeper.direction=maximize"),
    ],
)
def test_what_cannot_be_run_is_one_line(typed, said, workplace, monkeypatch, capsys):
    shop = ["data=transactions", "data.path=nowhere.csv"]
    kept = [each for each in shop if each.split("=")[0] not in " ".join(typed)]
    code = run_here(monkeypatch, *typed, *kept, "data=transactions", "evaluation=fast")
    assert code == 2
    assert said in one_line(capsys)
    assert active_runs() == []


@pytest.mark.slow
def test_a_group_that_is_taken_out_has_the_values_of_the_schema(train):
    assert train("~selection", "k=2") == 0


@pytest.mark.slow
def test_options_are_found_by_their_names(train):
    assert train("-m", "scaler=glob(m*)", "k=3") == 0
    assert [run.data.params["scaler"] for run in child_runs(parent_runs()[0])] == ["minmax"]


def test_a_list_of_the_configuration_resolves(monkeypatch, capsys):
    assert run_here(monkeypatch, "--cfg", "job", "--resolve", "scaler=robust") == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert shown["scaler"]["quantile_range"] == [25, 75]


OWN = """
defaults:
  - settings
  - data: transactions
  - cleaning: standard
  - features: value
  - key_accounts: none
  - scaler: log
  - algorithm: kmeans
  - evaluation: fast
  - selection: default
  - tracking: default
  - _self_
"""


def test_a_primary_configuration_that_has_lost_the_callback_says_so(train, capsys):
    Path("mine").mkdir()
    Path("mine/own.yaml").write_text(OWN, encoding="utf-8")
    assert train("-cd", "mine", "-cn", "own", "-m", "k=2,3") == 2
    captured = capsys.readouterr()
    assert "sweep without a callback" in captured.err
    assert "begin its defaults with '- config'" in captured.err
    assert active_runs() == []


@pytest.mark.slow
def test_a_primary_configuration_that_begins_with_ours_keeps_it(train):
    Path("mine").mkdir()
    Path("mine/own.yaml").write_text("defaults: [config, _self_]\nk: 2\n", encoding="utf-8")
    assert train("-cd", "mine", "-cn", "own", "-m", "scaler=log,power") == 0
    assert len(child_runs(parent_runs()[0])) == 2


def recorded(run) -> str:
    return Path(client().download_artifacts(run.info.run_id, "run.yaml")).read_text(
        encoding="utf-8"
    )


@pytest.mark.slow
def test_what_a_run_recorded_is_that_run_again(train, monkeypatch, capsys):
    assert train("k=3", "algorithm=gmm", "~algorithm.n_init", "scaler=robust") == 0
    Path("again").mkdir()
    Path("again/rec.yaml").write_text(recorded(active_runs()[0]), encoding="utf-8")
    capsys.readouterr()
    assert run_here(monkeypatch, "--config-dir", "again", "--config-name", "rec") == 0
    assert "already run as" in capsys.readouterr().out
    assert run_here(monkeypatch, "-cd", "again", "-cn", "rec", "k=2") == 0
    assert {run.data.params["k"] for run in active_runs()} == {"2", "3"}


@pytest.mark.slow
def test_a_folder_of_the_job_changes_neither_the_data_nor_the_store(
    workplace, shop_csv, monkeypatch
):
    (workplace / "orders.csv").write_bytes(shop_csv.read_bytes())
    folder = ["hydra.job.chdir=true", "hydra.run.dir=X", "hydra/job_logging=default"]
    shop = ["data=transactions", "data.path=orders.csv", "evaluation=fast", "plots=none"]
    assert run_here(monkeypatch, *folder, *shop) == 0
    assert len(active_runs()) == 1
    assert {path.name for path in Path("X").iterdir()} == {".hydra", "train.log"}
    assert "data.path=orders.csv" in Path("X/train.log").read_text(encoding="utf-8")
    assert Path.cwd() == workplace


COLORLOG = """
version: 1
formatters: {simple: {format: "%(message)s"}}
handlers:
  file:
    class: logging.FileHandler
    formatter: simple
    filename: ${hydra.runtime.output_dir}/${hydra.job.name}.log
root: {level: INFO, handlers: [file]}
"""


@pytest.mark.slow
def test_a_log_is_never_left_where_the_command_was_typed(train):
    own = Path("mine/hydra/job_logging")
    own.mkdir(parents=True)
    (own / "colorlog.yaml").write_text(COLORLOG)
    assert train("-cd", "mine", "k=2", "hydra/job_logging=colorlog") == 0
    assert not Path("train.log").exists()
    assert not Path(".hydra").exists()


def optuna(*typed: str) -> list[str]:
    few = ["hydra.sweeper.n_trials=3", "hydra.sweeper.n_jobs=1", "hydra.sweeper.sampler.seed=1"]
    return ["-m", "hydra/sweeper=optuna", "hydra.sweeper.direction=maximize", *few, *typed]


@pytest.mark.slow
def test_a_search_ends_as_a_sweep_does_and_finds_its_best(train, capsys):
    assert train(*optuna("k=choice(2,3)", "scaler=choice(log,standard)")) == 0
    printed = capsys.readouterr().out
    assert "Leaderboard" in printed
    (parent,) = parent_runs()
    assert parent.info.status == "FINISHED"
    scores = [run.data.metrics["silhouette_macro_common"] for run in child_runs(parent)]
    (found,) = Path("outputs").rglob("optimization_results.yaml")
    assert yaml.safe_load(found.read_text())["best_value"] == pytest.approx(max(scores))
    assert client().get_model_version_by_alias("customer-segments", "champion")


@pytest.mark.slow
def test_a_search_is_told_of_runs_that_were_reused_and_of_another_metric(train, capsys):
    assert train("-m", "k=2,3") == 0
    assert train(*optuna("k=choice(2,3)", "optimized_metric=silhouette")) == 0
    assert capsys.readouterr().err.count("already run as") == 3
    values = [run.data.metrics["silhouette"] for run in child_runs(parent_runs()[0])]
    (found,) = Path("outputs").rglob("optimization_results.yaml")
    assert yaml.safe_load(found.read_text())["best_value"] in [pytest.approx(v) for v in values]


@pytest.mark.slow
def test_a_failed_run_ends_no_search_and_a_search_of_failures_is_one_line(train, capsys):
    assert train(*optuna("as_of=choice(2024-06-01,2023-01-01)")) == 1
    assert {run.info.status for run in child_runs(parent_runs()[0])} == {"FINISHED", "FAILED"}
    assert train(*optuna("as_of=choice(2023-01-01,2023-02-01)")) == 2
    captured = capsys.readouterr()
    assert "every run of the search failed" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.slow
def test_the_saved_search_searches_scaler_k_and_algorithm(train):
    assert train("sweep=search", "hydra.sweeper.n_trials=2") == 0
    assert len(child_runs(parent_runs()[0])) == 2


@pytest.mark.slow
def test_every_value_is_composed_once_before_the_first_run(train, monkeypatch):
    from hydra._internal.config_loader_impl import ConfigLoaderImpl

    composed = []
    plain = ConfigLoaderImpl.load_sweep_config

    def counted(self, *arguments, **options):
        composed.append(1)
        return plain(self, *arguments, **options)

    monkeypatch.setattr(ConfigLoaderImpl, "load_sweep_config", counted)
    assert train("-m", "k=2,3", "scaler=log,power", "algorithm.n_init=1,2") == 0
    assert len(composed) == 2 + 2, "each choice of options once before the first run, and once then"
