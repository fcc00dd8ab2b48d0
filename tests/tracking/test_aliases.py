import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from segmentation.model.fitting import fit_segmenter
from segmentation.tracking.aliases import (
    CHALLENGER,
    CHAMPION,
    PREVIOUS,
    add_version,
    aliased,
    make_champion,
    version_of_run,
)
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recording import create_run
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES

MODEL = "customer-segments"


@pytest.fixture
def versions(store, table):
    """Two versions of one logged model, each from a run of its own; no alias yet."""
    segmenter = fit_segmenter(table, FEATURES, log_scaler(), CLUSTERERS["kmeans"])
    made = []
    for number in (1, 2):
        run_id = create_run(store, f"run {number}", {})
        model_id = log_model(store, run_id, segmenter, table[FEATURES], {}, name="a", tags={})
        uri = f"models:/{model_id}"
        made.append(add_version(store, MODEL, run_id, uri, "why", {"decision": "why", "k": 3}))
    return made


def champion_and_previous(store):
    pointed = [aliased(store, MODEL, alias) for alias in (CHAMPION, PREVIOUS)]
    return [version and int(version.version) for version in pointed]


def test_a_version_is_linked_to_its_run_and_says_why(store, versions):
    first = store.client.get_model_version(MODEL, "1")
    assert first.description == "why"
    assert first.tags == {"decision": "why", "k": "3"}
    assert version_of_run(store, MODEL, first.run_id).version == first.version
    assert version_of_run(store, MODEL, "another run") is None


def test_no_alias_where_nothing_is_registered(store):
    assert aliased(store, MODEL, CHAMPION) is None


def test_the_replaced_champion_is_kept_as_previous(store, versions):
    one, two = versions
    assert make_champion(store, MODEL, one, None)
    assert champion_and_previous(store) == [1, None]
    assert make_champion(store, MODEL, two, one)
    assert champion_and_previous(store) == [2, 1]


def test_making_a_champion_twice_changes_nothing(store, versions):
    one, two = versions
    make_champion(store, MODEL, one, None)
    make_champion(store, MODEL, two, one)
    assert make_champion(store, MODEL, two, two)
    assert champion_and_previous(store) == [2, 1]


def test_a_champion_that_somebody_else_made_meanwhile_stays(store, versions):
    one, two = versions
    make_champion(store, MODEL, one, None)
    assert not make_champion(store, MODEL, two, None)
    assert champion_and_previous(store) == [1, None]


def test_a_challenger_that_becomes_champion_is_no_challenger_any_more(store, versions):
    one, two = versions
    make_champion(store, MODEL, one, None)
    store.client.set_registered_model_alias(MODEL, CHALLENGER, two.version)
    make_champion(store, MODEL, two, one)
    assert aliased(store, MODEL, CHALLENGER) is None


def test_a_champion_that_cannot_be_made_leaves_the_aliases_as_they_were(
    store, versions, monkeypatch
):
    one, two = versions
    make_champion(store, MODEL, one, None)
    set_alias = MlflowClient.set_registered_model_alias

    def breaks_off(client, name, alias, version):
        if alias == CHAMPION:
            raise MlflowException("the server is gone")
        set_alias(client, name, alias, version)

    monkeypatch.setattr(MlflowClient, "set_registered_model_alias", breaks_off)
    with pytest.raises(MlflowException):
        make_champion(store, MODEL, two, one)
    assert champion_and_previous(store) == [1, None]
