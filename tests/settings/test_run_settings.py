import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import ConfigCompositionException

from segmentation.errors import UserError
from segmentation.settings.run_settings import read_run_settings, recorded_recipe
from tests.helpers.commands import REPO


@pytest.fixture(autouse=True, scope="module")
def _composer():
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
        yield


def settings_of(*overrides):
    return read_run_settings(compose("config", [*overrides]))


def test_the_default_settings():
    default = settings_of()
    assert default.name == "kmeans k=4 log value"
    recipe = default.recipe
    assert recipe.features == ("revenue", "orders", "average_order_value")
    assert default.choices["data"] == "complete_journey"
    assert (recipe.k, recipe.seed, recipe.key_account_share) == (4, 42, None)
    assert (default.measuring.as_of, default.measuring.horizon_shares) == (None, (0.25,))
    assert default.reuse
    assert recipe.algorithm.n_init == 10
    assert recipe.algorithm.random_state == 42


def test_who_is_set_apart_and_a_record_of_an_earlier_edition_knows_no_newcomers():
    apart = settings_of("newcomers=one_gap", "key_accounts=top_1_percent").recipe
    assert (apart.newcomer_gaps, apart.key_account_share) == (1.0, 0.01)
    recorded = settings_of().configuration
    assert settings_of().recipe.newcomer_gaps is None
    plain = {key: recorded[key] for key in ("features", "scaler", "algorithm", "seed")}
    plain["key_accounts"] = {"share": None}
    assert recorded_recipe(plain, apart.evaluation).newcomer_gaps is None


def test_top_level_k_and_seed_feed_the_algorithms():
    mixture = settings_of("algorithm=gmm", "k=7", "seed=3")
    assert mixture.recipe.algorithm.n_components == mixture.recipe.k == 7
    assert mixture.recipe.algorithm.random_state == 3
    assert mixture.name == "gmm k=7 log value"


def test_hdbscan_has_no_k_in_its_name():
    found = settings_of("algorithm=hdbscan", "k=7", "scaler=power", "features=rfm")
    assert found.recipe.k is None
    assert found.name == "hdbscan power rfm"


def test_tuples_reach_the_estimator_as_tuples():
    assert settings_of("scaler=robust").recipe.scaler.quantile_range == (25, 75)


def test_parameters_are_the_values_that_a_person_sets():
    """Not what is called, not what is open, and nothing twice; the configuration has all of it."""
    default = settings_of("k=3", "evaluation.stability.draws=50", "evaluation.null_test=null")
    values, whole = default.parameters, default.configuration
    assert (values["k"], values["seed"], values["algorithm.n_init"]) == (3, 42, 10)
    assert values["evaluation.stability.draws"] == 50
    assert values["cleaning.duplicates"] is True
    assert values["features.names"] == "revenue, orders, average_order_value"
    assert {"algorithm.n_clusters", "algorithm.random_state", "as_of"}.isdisjoint(values)
    assert not [name for name in values if "_target_" in name or name.startswith("scaler")]
    assert None not in values.values()
    assert whole["algorithm"] == {
        "_target_": "sklearn.cluster.KMeans",
        "n_clusters": "${k}",
        "n_init": 10,
        "random_state": "${seed}",
    }
    assert (whole["as_of"], whole["evaluation"]["null_test"]) == (None, None)
    assert whole["scaler"] == {"_target_": "segmentation.model.scaling.log_scaler"}


def test_a_value_that_no_longer_repeats_another_is_a_parameter():
    assert settings_of("algorithm.random_state=7").parameters["algorithm.random_state"] == 7
    assert settings_of("scaler=robust").parameters["scaler.quantile_range"] == "25, 75"


def test_the_cluster_is_no_part_of_a_run():
    here, there = settings_of(), settings_of("cluster.address=head:6379")
    assert (here.cluster_address, there.cluster_address) == (None, "head:6379")
    for part in ("name", "deciding", "parameters", "configuration", "measured_by", "choices"):
        assert getattr(here, part) == getattr(there, part)


def test_what_does_not_change_a_run_is_not_recorded_as_its_configuration():
    recorded = settings_of("selection=silhouette", "reuse=false")
    for names in (recorded.parameters, recorded.configuration):
        left_out = ("selection", "tracking", "reuse", "sweep", "hydra")
        assert not [name for name in names if name.startswith(left_out)]


@pytest.mark.parametrize(
    "override", ["k=two", "k=2.5", "seed=x", "evaluation.stability.draws=many", "reuse=perhaps"]
)
def test_a_wrong_type_stops_before_the_first_run(override):
    with pytest.raises(Exception, match=r"could not be converted|not a valid bool|Error merging"):
        settings_of(override)


@pytest.mark.parametrize("override", ["cleaning.typo=1", "kk=3", "selection.min_stabilty=0.5"])
def test_a_misspelt_option_stops_too(override):
    with pytest.raises(ConfigCompositionException, match="Could not override"):
        settings_of(override)


def test_an_instant_that_is_none_is_refused_before_the_lines_are_read():
    with pytest.raises(UserError, match="as_of='tomorrow' must be a date"):
        settings_of("as_of=tomorrow")
