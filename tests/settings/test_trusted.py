"""A record makes what conf/ has, and nothing else, whatever is written into it."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

import segmentation.settings.schema  # noqa: F401  # makes the schema known to Hydra
from segmentation.errors import UserError
from segmentation.options import conf_folder, option_names, read_option
from segmentation.settings.trusted import (
    MADE_OF,
    foreign_targets,
    require_plain,
    require_trusted,
    trusted_targets,
)
from tests.helpers.harm import HARMFUL, call

KMEANS = read_option("algorithm", "kmeans", k=3, seed=42)
NONE = read_option("scaler", "none")
OPTIONS = [(group, name) for group in MADE_OF for name in option_names(group)]
PLACES = {
    "the algorithm": lambda node: {"scaler": NONE, "algorithm": node},
    "the scaler": lambda node: {"scaler": node, "algorithm": KMEANS},
    "a value of the scaler": lambda node: {"scaler": NONE | {"func": node}, "algorithm": KMEANS},
    "a value that is called later": lambda node: {
        "scaler": NONE | {"func": {**node, "_partial_": True}},
        "algorithm": KMEANS,
    },
    "an argument without a name": lambda node: {
        "scaler": NONE | {"_args_": [node]},
        "algorithm": KMEANS,
    },
    "a list in a list": lambda node: {
        "scaler": NONE,
        "algorithm": KMEANS | {"init": [[1, {"deep": [node]}]]},
    },
    "a part that nothing would make": lambda node: {
        "scaler": NONE,
        "algorithm": KMEANS | {"_recursive_": False, "init": node},
    },
}


@pytest.fixture(scope="module")
def composed():
    """Compose what is typed; the files are read once."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_folder()), version_base="1.3"):
        yield lambda *typed: compose("config", list(typed))


@pytest.mark.parametrize(("group", "name"), OPTIONS)
def test_every_option_of_conf_can_be_made_of_its_record(composed, group, name):
    cfg = composed(f"{group}={name}")
    recorded = OmegaConf.to_container(cfg, resolve=True)
    assert foreign_targets(recorded) == []
    require_trusted(recorded, "run 'a'")


@pytest.mark.parametrize("target", HARMFUL)
@pytest.mark.parametrize("place", PLACES)
def test_no_other_call_is_made_wherever_it_stands(place, target):
    recorded = PLACES[place](HARMFUL[target])
    assert target in foreign_targets(recorded)
    with pytest.raises(UserError, match=r"^run 'a' keeps no model, and its record calls '") as said:
        require_trusted(recorded, "run 'a'")
    assert said.value.args[0].endswith("tracking.models=all to keep every model")


def test_what_may_be_called_makes_estimators_only():
    """Nothing of a library but its scalers and K-means, and of the project none that reads."""
    ours = {name for name in trusted_targets() if name.startswith("segmentation.")}
    assert {name.rpartition(".")[0] for name in ours} <= {
        *(f"segmentation.model.{module}" for module in ("clusterers", "principal_mixture")),
        *(f"segmentation.model.{module}" for module in ("rfm_grid", "scaling")),
    }
    theirs = trusted_targets() - ours
    assert {name.rpartition(".")[0] for name in theirs} == {
        "sklearn.cluster",
        "sklearn.preprocessing",
    }


@pytest.mark.parametrize("node", [*HARMFUL.values(), {"_args_": [1]}, {"_partial_": True}])
def test_options_that_a_model_remembers_call_nothing(node):
    for values in (node, {"where": node}, {"layout": {"signature": [["a", node]]}}):
        with pytest.raises(UserError, match=r"^the model holds '_\w+_: .* set model= to another"):
            require_plain(values, "the model")


def test_options_without_calls_are_taken():
    require_plain({"columns": {"amount": "_target_"}, "header": ["a", "b"], "where": None}, "x")


def test_a_class_of_a_users_own_is_named():
    own = {"scaler": NONE, "algorithm": call("my_shop.Clusterer", n_clusters=3)}
    assert foreign_targets(own) == ["my_shop.Clusterer"]
