import mlflow
import pytest
from sklearn.linear_model import LinearRegression

from segmentation.data.cleaning import CleaningRules
from segmentation.errors import UserError
from segmentation.segments.scored_by import ScoredBy
from segmentation.tracking.model_loading import load_scoring_model, load_version, model_metadata
from segmentation.tracking.recorded_run import SEGMENTER_FILE
from segmentation.tracking.store import open_store

CHAMPION = "models:/customer-segments@champion"


@pytest.fixture
def shop_store(shop_with_champion):
    return open_store("sqlite:///mlflow.db", "customer-segments")


def test_a_model_brings_along_how_its_customers_were_measured(shop_store):
    model = load_scoring_model(shop_store, CHAMPION)
    assert model.features == ["recency_days", "orders", "revenue"]
    assert model.cleaning == CleaningRules()
    assert model.scored_by.model_version == "1"
    assert sum(model.reference.counts.segments.values()) == 300
    assert model.metadata["as_of"].startswith("2024-07")
    assert {name: len(own) for name, own in model.rfm_borders.items()} == dict.fromkeys(
        model.features, 4
    )


def test_every_way_to_name_a_model_leads_to_it(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    by_alias = load_scoring_model(shop_store, CHAMPION)
    by_version = load_scoring_model(shop_store, "models:/customer-segments/1")
    by_id = load_scoring_model(shop_store, version.source)
    model_id = version.source.removeprefix("models:/")
    assert by_alias.scored_by == by_version.scored_by
    assert by_alias.scored_by == ScoredBy("customer-segments", "1", model_id)
    assert by_id.scored_by == ScoredBy(model_id=model_id)
    assert by_alias.metadata == by_version.metadata == by_id.metadata
    name = shop_store.client.get_run(version.run_id).info.run_name
    run = f"runs:/{version.run_id}/{name}"
    for uri, named in {
        "models:/customer-segments@latest": by_alias,
        "models:/customer-segments/latest": by_alias,
        run: by_id,
    }.items():
        assert load_scoring_model(shop_store, uri).scored_by == named.scored_by


@pytest.mark.parametrize(
    "uri",
    [
        "models:/customer-segments@nobody",
        "models:/customer-segments/99",
        "models:/other@champion",
        "segments.pkl",
        "http://127.0.0.1:9/model",
    ],
)
def test_no_model_is_one_line_with_a_remedy(shop_store, uri):
    with pytest.raises(UserError, match=r"no model at .* train one with") as refused:
        load_scoring_model(shop_store, uri)
    assert uri in str(refused.value)


def test_a_model_of_another_project_is_refused(shop_store):
    with mlflow.start_run(experiment_id=shop_store.experiment_id):
        fitted = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
        uri = mlflow.sklearn.log_model(
            fitted, name="model", pip_requirements=[], serialization_format="cloudpickle"
        ).model_uri
    with pytest.raises(UserError, match="was not made by this project"):
        load_scoring_model(shop_store, uri)


def test_the_estimator_and_the_plain_values_of_a_version(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    segmenter = load_version(shop_store, version)
    assert list(segmenter.feature_names_in_) == ["recency_days", "orders", "revenue"]
    assert len(set(segmenter.names_.values())) == len(segmenter.names_)
    metadata = model_metadata(shop_store, CHAMPION)
    assert metadata["features"] == list(segmenter.feature_names_in_)
    names = {segment["segment"]: segment["name"] for segment in metadata["segments"]}
    assert names.items() <= segmenter.names_.items()


@pytest.mark.parametrize("content", [b"", b"PK no file of skops"])
def test_a_damaged_model_is_one_line_before_any_line_is_read(shop_store, content):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    (shop_store.model_folder(version.source) / SEGMENTER_FILE).write_bytes(content)
    with pytest.raises(UserError, match=r"cannot be loaded \(.*\); set model= to another") as said:
        load_scoring_model(shop_store, CHAMPION)
    assert "\n" not in str(said.value)


def test_a_model_without_its_file_is_not_one_of_ours(shop_store):
    version = shop_store.client.get_model_version_by_alias("customer-segments", "champion")
    (shop_store.model_folder(version.source) / SEGMENTER_FILE).unlink()
    with pytest.raises(UserError, match="was not made by this project"):
        load_scoring_model(shop_store, CHAMPION)
