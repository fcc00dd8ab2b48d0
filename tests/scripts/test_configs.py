"""Every option file under conf/ and every saved study is composed and executed."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from mlflow import MlflowClient
from omegaconf import open_dict

import train
from segmentation.tracking.store import absolute_uri
from tests.helpers.commands import REPO

CONF = REPO / "conf"
STUDIES = {path.stem for path in (REPO / "experiments" / "sweep").glob("*.yaml")}
# What else an option needs to run on the made-up shop, and what reads another data set.
COMPANIONS = {
    "cleaning/none": ["cleaning.missing_customer=true"],
    "evaluation/full": ["k=2"],
    "data/complete_journey": ["data=complete_journey"],
    "data/online_retail": ["data=online_retail"],
}
# Main configurations of the scripts; their own tests run them.
MAIN = {"config", "register", "score"}


def option_files() -> set[str]:
    return {str(path.relative_to(CONF).with_suffix("")) for path in CONF.rglob("*.yaml")}


OPTIONS = sorted(option_files() - MAIN)


def composed(folder: Path, *overrides: str, default_evaluation: str = "fast"):
    GlobalHydra.instance().clear()
    chosen = [override.split("=")[0] for override in overrides]
    if "evaluation" not in chosen and "sweep" not in chosen:
        overrides = (f"evaluation={default_evaluation}", *overrides)
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(
            "config",
            ["plots=none", *overrides, f"tracking.uri=sqlite:///{folder}/mlflow.db"],
            return_hydra_config=True,
        )


def execute(cfg) -> None:
    """Run the task of train.py as Hydra would, after the composition."""
    HydraConfig.instance().set_config(cfg)
    task = cfg.copy()
    with open_dict(task):
        del task["hydra"]
    train.main(task)


def finished_run(folder: Path):
    client = MlflowClient(absolute_uri(f"sqlite:///{folder}/mlflow.db"))
    experiment = client.get_experiment_by_name("customer-segments")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    return run.data


def test_every_option_file_is_known_to_a_test():
    assert {path.split("/")[0] for path in OPTIONS} == {
        "algorithm",
        "cleaning",
        "data",
        "evaluation",
        "features",
        "key_accounts",
        "scaler",
        "selection",
        "tracking",
    }
    assert option_files() >= MAIN
    assert set(COMPANIONS) <= set(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_runs(option, workplace, shop_csv, request):
    group, choice = option.split("/")
    overrides = [f"{group}={choice}", *COMPANIONS.get(option, [])]
    if option == "data/online_retail":
        shared = request.getfixturevalue("shared_data")
        overrides.append(f"data.path={shared / 'online_retail.parquet'}")
    elif option != "data/complete_journey":
        overrides += ["data=transactions", f"data.path={shop_csv}"]
        overrides.append("data.cancellation_prefix=C")
    execute(composed(workplace, *dict.fromkeys(overrides)))
    data = finished_run(workplace)
    assert data.metrics["n_customers"] > 200
    if group in data.params:
        assert data.params[group] == choice


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_every_saved_study_runs(study, workplace, shop_csv):
    cfg = composed(
        workplace,
        f"sweep={study}",
        "data=transactions",
        f"data.path={shop_csv}",
        "data.cancellation_prefix=C",
        "evaluation=fast",
    )
    axes = dict(cfg.hydra.sweeper.params)
    assert cfg.hydra.mode.name == "MULTIRUN"
    assert axes, "a study varies something"
    parser = OverridesParser.create()
    swept = parser.parse_overrides([f"{name}={values}" for name, values in axes.items()])
    for override in swept:
        values = list(override.sweep_string_iterator())
        assert values
        if override.key_or_group in ("algorithm", "scaler", "features", "cleaning"):
            options = {path.stem for path in (CONF / override.key_or_group).glob("*.yaml")}
            assert set(values) <= options
    execute(cfg)
    assert finished_run(workplace).metrics["n_segments"] >= 1
