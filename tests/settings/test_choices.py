"""The option of every group is known, also where Hydra does not say it."""

import pytest
from hydra import compose, initialize, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.options import conf_folder
from segmentation.settings.choices import CUSTOM, choices_of
from segmentation.settings.run_settings import read_run_settings


@pytest.fixture
def composed():
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_folder()), version_base="1.3"):
        yield lambda *typed: read_run_settings(compose("config", list(typed)))


def test_a_composed_configuration_is_read_as_it_is(composed):
    settings = composed("k=3", "scaler=robust", "features=rfm", "data=transactions", "data.path=x")
    assert settings.name == "kmeans k=3 robust rfm"
    assert settings.choices["data"] == "transactions"
    assert settings.recipe.scaler.quantile_range == (25, 75)


def test_a_folder_relative_to_the_caller_will_do():
    GlobalHydra.instance().clear()
    with initialize(config_path="../../conf", version_base="1.3"):
        assert read_run_settings(compose("config", ["k=3"])).name == "kmeans k=3 log value"


def test_values_that_no_option_has_are_called_by_what_they_are(composed):
    settings = composed("algorithm.n_init=3", "features.names=[revenue,lines]")
    assert settings.choices["algorithm"] == settings.choices["features"] == CUSTOM
    assert settings.name == "KMeans k=4 log revenue+lines"


def test_a_group_that_was_taken_out_has_the_values_of_the_schema(composed):
    assert composed("~evaluation").choices["evaluation"] in {"default", CUSTOM}


def test_what_hydra_says_was_chosen_wins():
    values = {"k": 4, "seed": 42, "features": {"names": ["revenue"]}}
    groups = (
        "algorithm",
        "scaler",
        "key_accounts",
        "newcomers",
        "cleaning",
        "data",
        "evaluation",
        "engine",
    )
    chosen = dict.fromkeys(groups, "mine") | {"features": "value"}
    assert choices_of(values, chosen) == chosen
    assert choices_of(values, chosen | {"features": None})["features"] == CUSTOM
