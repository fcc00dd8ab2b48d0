"""The transaction lines of a shop, as MLflow names, filters and finds datasets."""

import json

from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.exceptions import MlflowException
from mlflow.types import ColSpec, Schema
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

from segmentation.customers.measured import MeasuredCustomers
from segmentation.data.report import DataReport
from segmentation.masking import without_secrets
from segmentation.settings.typed_paths import is_there
from segmentation.tracking.new_store import made_by_one
from segmentation.tracking.store import Store

TYPES = {"invoiced_at": "datetime", "quantity": "double", "unit_price": "double"}
TYPES |= {"amount": "double"}
"""MLflow's types of the canonical columns; the others are text."""


def log_dataset(store: Store, run_id: str, dataset: Dataset, context: str) -> None:
    """Name the data of a run; another host may make the same dataset known just then.

    Parameters
    ----------
    store : Store
    run_id : str
    dataset : Dataset
    context : str
        What they were used for: ``training`` or ``scoring``.
    """
    used = DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, context)])
    made_by_one(lambda: store.client.log_inputs(run_id, [used]))


def dataset_of(name: str, customers: MeasuredCustomers) -> Dataset:
    """Describe the lines of which customers were measured: source, columns, size and digest.

    ``mlflow.data.get_source`` finds a file or a URL again.

    Parameters
    ----------
    name : str
        Option of the group ``data``.
    customers : MeasuredCustomers
    """
    return dataset_of_report(name, customers.report, customers.report.fingerprint)


def dataset_of_report(name: str, report: DataReport, digest: str) -> Dataset:
    """Describe the lines of a report, see `dataset_of`.

    Parameters
    ----------
    name : str
    report : DataReport
    digest : str
        By which MLflow tells datasets apart.
    """
    kind, source = _source(without_secrets({"source": report.source})["source"])
    columns = [ColSpec(TYPES.get(column, "string"), column) for column in report.columns]
    size = {"lines": report.lines_kept, "customers": report.customers}
    return Dataset(
        name=name,
        digest=digest,
        source_type=kind,
        source=source,
        schema=json.dumps({"mlflow_colspec": Schema(columns).to_dict()}),
        profile=json.dumps(size),
    )


def _source(place: str) -> tuple[str, str]:
    """Kind of source, as MLflow registers them, and how it is found again."""
    if "://" in place:
        try:
            found = resolve_dataset_source(place)
        except MlflowException:
            found = CodeDatasetSource({"source": place})
        return found._get_source_type(), found.to_json()
    if is_there(place):
        return "local", json.dumps({"uri": place})
    return CodeDatasetSource._get_source_type(), CodeDatasetSource({"source": place}).to_json()
