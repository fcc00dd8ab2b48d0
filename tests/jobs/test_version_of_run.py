"""The version of a promoted run: its model under the names that its segments are to have."""

import mlflow
import pytest

from segmentation.tracking.aliases import CHAMPION, PREVIOUS, add_version, aliased, make_champion
from segmentation.tracking.model_loading import load_version, model_metadata
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recorded_run import read_run
from tests.helpers.promoted import STRICT, refitted, register
from tests.helpers.registry import MODEL


@pytest.mark.slow
def test_segments_found_again_keep_their_names_in_what_the_new_version_predicts(
    shop, shop_csv, monkeypatch
):
    """Also when the champion's own names are not those that the vocabulary would give today."""
    champion = aliased(shop, MODEL, CHAMPION)
    other_names = rename_champion(shop)
    run = refitted(shop, shop_csv, monkeypatch)
    own_names = dict(run.segmenter().names_)
    registration = register(shop, run, STRICT)
    assert registration.alias == CHAMPION, registration.sentence
    mlflow.set_tracking_uri(shop.uri)
    predicted = mlflow.pyfunc.load_model(registration.uri).predict(run.customers())
    assert set(predicted["name"]) == set(other_names.values())
    assert aliased(shop, MODEL, PREVIOUS).run_id == champion.run_id
    metadata = mlflow.models.get_model_info(registration.uri).metadata
    assert {name["segment"]: name["name"] for name in metadata["segments"]} == other_names
    assert set(metadata["reference"]["counts"]["segments"]) == set(other_names.values())
    assert "already is" in register(shop, run, STRICT).sentence
    # The model with other names belongs to the promotion; the run keeps its own.
    assert len(read_run(shop, registration.promotion_id).model_ids) == 1
    assert read_run(shop, run.run_id).model_ids == run.model_ids
    assert own_names != load_version(shop, aliased(shop, MODEL, CHAMPION)).names_
    register(shop, run, model="another")
    assert load_version(shop, aliased(shop, "another", CHAMPION)).names_ == own_names


def rename_champion(shop):
    """Give the champion's segments names of the same rule, told apart otherwise, as a version."""
    champion = aliased(shop, MODEL, CHAMPION)
    segmenter = load_version(shop, champion)
    segments = sorted(set(segmenter.names_) - {-1})
    terms = {segment: segmenter.names_[segment].partition(",")[0] for segment in segments}
    names = {segment: f"{term} ({segment + 5})" for segment, term in terms.items()}
    segmenter.names_ |= names
    customers = read_run(shop, champion.run_id).customers()
    metadata = model_metadata(shop, f"models:/{MODEL}/{champion.version}")
    model_id = log_model(
        shop, champion.run_id, segmenter, customers, metadata, name="renamed", tags={}
    )
    version = add_version(shop, MODEL, champion.run_id, f"models:/{model_id}", "renamed", {})
    assert make_champion(shop, MODEL, version, champion)
    return names


@pytest.mark.slow
def test_the_tags_of_a_version_are_short_enough_for_the_list_of_the_registry(shop, runs):
    register(shop, runs[0], STRICT)
    register(shop, runs[0], STRICT, force=True)
    for version in shop.client.search_model_versions(f"name = '{MODEL}'"):
        tags = dict(version.tags)
        assert len(tags.pop("promotion_run")) == 32
        assert tags.keys() == {"data", "as_of", "decision"}
        assert all(len(name) + len(value) <= 30 for name, value in tags.items()), tags
