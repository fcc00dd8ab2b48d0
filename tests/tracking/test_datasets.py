"""Datasets as MLflow finds them again."""

from dataclasses import replace

import mlflow
import pytest

from segmentation.tracking.datasets import dataset_of, log_dataset
from segmentation.tracking.recording import create_run


@pytest.fixture
def logged(store, shop_customers):
    def log(source):
        report = replace(shop_customers.report, source=source)
        run_id = create_run(store, "a run", {})
        log_dataset(store, run_id, dataset_of("orders", replace(shop_customers, report=report)))
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
