"""Datasets as MLflow finds them again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import mlflow
import pytest
from mlflow.entities import Dataset

from segmentation.tracking.datasets import dataset_of, log_dataset
from segmentation.tracking.recording import create_run


@pytest.fixture
def logged(store, shop_customers):
    def log(source):
        report = replace(shop_customers.report, source=source)
        run_id = create_run(store, "a run", {})
        log_dataset(
            store, run_id, dataset_of("orders", replace(shop_customers, report=report)), "training"
        )
        (used,) = store.client.get_run(run_id).inputs.dataset_inputs
        return used.dataset

    return log


def test_a_file_is_found_again_with_its_columns(logged, shop_customers):
    source = shop_customers.report.source
    dataset = mlflow.data.get_source(logged(source))
    assert dataset.load() == source
    schema = logged(source).schema
    assert '"customer_id"' in schema
    assert '{"type": "datetime", "name": "invoiced_at", "required": true}' in schema


def test_the_password_of_an_address_is_not_recorded(logged):
    dataset = logged("https://me:hunter2@shop.example/orders.csv?token=s3cret")
    assert dataset.source == '{"url": "https://shop.example/orders.csv"}'


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("http://shop.example/orders.csv", "http"),
        ("s3://shop/orders.parquet", "s3"),
        ("postgresql://shop/orders", "code"),
        ("The Complete Journey", "code"),
        ("a DataFrame", "code"),
    ],
)
def test_other_sources_have_a_kind_that_mlflow_knows(logged, source, kind):
    dataset = logged(source)
    assert dataset.source_type == kind
    assert source in mlflow.data.get_source(dataset).to_json()


@pytest.mark.slow
def test_what_several_make_known_at_once_is_one_dataset_of_all_their_runs(store, shop_customers):
    """Hosts of a cluster that share no folder cannot wait for one another."""
    run_ids = [create_run(store, f"run {number}", {}) for number in range(8)]
    for digest in "abcde":
        dataset = with_digest(dataset_of("orders", shop_customers), digest)
        together = Barrier(len(run_ids))

        def log(run_id, dataset=dataset, together=together):
            together.wait()
            log_dataset(store, run_id, dataset, "training")

        with ThreadPoolExecutor(len(run_ids)) as threads:
            list(threads.map(log, run_ids))
    for run_id in run_ids:
        used = store.client.get_run(run_id).inputs.dataset_inputs
        assert sorted(each.dataset.digest for each in used) == list("abcde")


def with_digest(dataset, digest):
    return Dataset.from_dictionary(dataset.to_dictionary() | {"digest": digest})
