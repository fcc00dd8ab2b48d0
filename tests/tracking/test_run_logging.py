"""What is recorded of one run, by segmenting the made-up shop without a command."""

import json

import pandas as pd
import pytest

from segmentation.model.rfm import rfm_borders, rfm_scores
from segmentation.recipe import recipe_of
from segmentation.segmented import segment_customers
from segmentation.segments.case_when import DIALECTS
from segmentation.tracking.recorded_run import read_run
from segmentation.tracking.recording import create_run
from segmentation.tracking.run_logging import log_measured, log_run, metadata_of, run_tags


@pytest.fixture(scope="module")
def found(shop_customers):
    return segment_customers(shop_customers, recipe_of("rfm", k=3, evaluation="fast"))


@pytest.fixture
def logged(store, found):
    def log(**options):
        tags = run_tags("transactions", found.customers, "f1", "s1")
        run_id = create_run(store, "a run", tags)
        values = {"data": "transactions", "k": 3}
        given = {"tags": {}, "pictures": {}} | options
        given = {"log_customers": True, "keep_model": True} | given
        configuration = {"k": 3}
        log_run(
            store,
            run_id,
            found,
            name="a run",
            parameters=values,
            configuration=configuration,
            **given,
        )
        return read_run(store, run_id)

    return log


def test_a_run_holds_facts_and_no_judgement(logged, found):
    run = logged(pictures={"shares": b"\x89PNG"})
    assert run.metrics == pytest.approx(found.metrics)
    assert run.tags["estimator"] == "sklearn.cluster.KMeans"
    assert run.tags["data_fingerprint"] == found.customers.report.fingerprint
    assert not {"eligible", "ineligible_reason", "verdict", "decision"} & set(run.tags)
    assert {"profile.csv", "run.yaml", "data_report.json", "rules.txt"} <= run.files
    for dialect in DIALECTS[1:]:
        assert run.text(f"rules/{dialect}.sql") == found.rules.sql_of(dialect)
    assert run.pictures() == {"shares": b"\x89PNG"}
    assert run.profile()["name"].tolist() == found.profile["name"].tolist()


def test_metrics_are_linked_to_the_dataset_and_to_the_model(store, logged, found):
    run = logged()
    (model_id,) = run.model_ids
    model = store.client.get_logged_model(model_id)
    assert {metric.key: metric.value for metric in model.metrics} == pytest.approx(found.metrics)
    assert {metric.dataset_digest for metric in model.metrics} == {
        found.customers.report.fingerprint
    }
    assert model.tags["k"] == "3"


def test_a_model_is_kept_only_where_it_is_wanted(logged, found):
    run = logged(keep_model=False)
    assert run.model_ids == ()
    assert run.metrics == pytest.approx(found.metrics)


def test_customers_are_kept_only_where_they_may_be(logged, found):
    kept = logged().customers()
    assert kept["segment"].tolist() == found.labels.tolist()
    scores = rfm_scores(found.customers.table, found.rfm_borders)
    pd.testing.assert_frame_equal(kept[list(scores.columns)], scores)
    assert kept["rfm_score"].min() >= 3
    assert kept["rfm_score"].max() == 15
    assert logged(log_customers=False).customers() is None


def test_measured_customers_are_kept_whole(store, logged, shop_customers):
    run = logged()
    place = log_measured(store, run.run_id, shop_customers, "name")
    store.client.set_tag(run.run_id, "measured_in", place)
    measured = read_run(store, run.run_id).measured()
    assert measured.table.equals(shop_customers.table)
    assert len(measured.pasts) == len(shop_customers.pasts) == 2


def test_what_travels_with_the_model_is_plain_and_names_no_customer(found, shop_customers):
    metadata = metadata_of(found)
    assert metadata["features"] == ["recency_days", "orders", "revenue"]
    assert metadata["rfm_borders"] == rfm_borders(shop_customers.table)
    assert metadata["as_of"] == shop_customers.as_of.isoformat()
    assert {segment["name"] for segment in metadata["segments"]} == set(found.profile["name"])
    assert sum(metadata["reference"]["counts"]["segments"].values()) == 300
    assert metadata["reading"]["columns"]["customer_id"] == "Customer ID"
    text = json.dumps(metadata | {"reading": {}})
    assert not [
        name for name in ("customer_id", *shop_customers.table.index) if f'"{name}"' in text
    ]
