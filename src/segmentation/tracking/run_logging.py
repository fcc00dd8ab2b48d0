"""What is recorded of one run."""

import json
from dataclasses import asdict
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT, MLFLOW_RUN_NOTE

from segmentation.customers.measured import MeasuredCustomers
from segmentation.plots.run_figures import png, run_figures
from segmentation.segments.drift import reference
from segmentation.settings.parameters import without_secrets
from segmentation.settings.run_settings import RunSettings
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.mlflow_views import leaderboard_first
from segmentation.tracking.store import Store, artifact_folder, log_values
from segmentation.api import Segmentation

CUSTOMERS_FILE = "customers.parquet"
STUDY_FILE = "study.json"
CONFIGURATION_FILE = "configuration.json"
REPORT_FILE = "data_report.json"
PICTURES_FOLDER = "pictures"


def run_tags(plan: RunSettings, study: MeasuredCustomers, fingerprint: str) -> dict[str, str]:
    """Tags that tell what a run stands on: its own fingerprint, the data's and the as-of date."""
    return {
        "kind": "segmentation",
        "fingerprint": fingerprint,
        "data": plan.choices["data"],
        "data_fingerprint": study.report.fingerprint,
        "as_of": study.as_of.isoformat(),
    }


def log_run(
    store: Store,
    run_id: str,
    plan: RunSettings,
    study: MeasuredCustomers,
    segmentation: Segmentation,
    *,
    pictures: bool = False,
) -> None:
    """Record parameters, metrics, tags, tables, the model and, if wanted, pictures of a run.

    The metrics of the leaderboard come first, because MLflow's pages keep that order.
    """
    metrics, rules, client = segmentation.assessment.metrics, segmentation.rules, store.client
    log_values(
        store,
        run_id,
        _parameters(plan, study),
        leaderboard_first(metrics),
        _judgement(segmentation) | {MLFLOW_RUN_NOTE: _description(segmentation)},
    )
    client.log_inputs(run_id, [_dataset(plan, study)])
    client.log_table(run_id, segmentation.profile, "profile.json")
    client.log_dict(run_id, study.report.to_dict(), REPORT_FILE)
    client.log_dict(run_id, without_secrets(plan.study.record), STUDY_FILE)
    client.log_dict(run_id, plan.configuration, CONFIGURATION_FILE)
    client.log_text(run_id, rules.text(segmentation.segmenter.names_), "rules.txt")
    client.log_text(run_id, rules.sql, "rules.sql")
    with artifact_folder(store, run_id) as folder:
        segmentation.profile.to_csv(folder / "profile.csv", index=False)
        if plan.tracking.log_customers:
            labels = segmentation.segmenter.labels_
            study.table.assign(segment=labels).to_parquet(folder / CUSTOMERS_FILE)
    if pictures:
        _log_pictures(store, run_id, plan, study, segmentation)
    metadata = model_metadata(plan, study, segmentation)
    log_model(store, run_id, segmentation.segmenter, study.features, metadata)


def model_metadata(plan: RunSettings, study: MeasuredCustomers, segmentation: Segmentation) -> dict[str, Any]:
    """What scoring needs of the training: how customers were measured, and what they were like."""
    labels, names = segmentation.segmenter.labels_, segmentation.segmenter.names_
    return {
        "metrics": list(study.metrics),
        "cleaning": plan.study.record["cleaning"],
        "as_of": study.as_of.isoformat(),
        "data_fingerprint": study.report.fingerprint,
        "segments": [asdict(segment) for segment in segmentation.names],
        "reference": reference(study.features, [names[int(label)] for label in labels]).to_dict(),
    }


def _parameters(plan: RunSettings, study: MeasuredCustomers) -> dict[str, Any]:
    """The options chosen, then the values set; ``k`` and ``as_of`` as they came out."""
    first = {"k": plan.k, "seed": plan.seed, "as_of": study.as_of.isoformat()}
    values = {name: value for name, value in plan.parameters.items() if name not in first}
    if plan.k is None:
        del first["k"]
    return plan.choices | first | values


def _dataset(plan: RunSettings, study: MeasuredCustomers) -> DatasetInput:
    """The transaction lines, as MLflow names them in its table of runs and filters by."""
    report = study.report
    size = {"lines": report.lines_kept, "customers": report.customers}
    dataset = Dataset(
        name=plan.choices["data"],
        digest=report.fingerprint,
        source_type="transactions",
        source=json.dumps(without_secrets({"uri": report.source})),
        profile=json.dumps(size),
    )
    return DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, "training")])


def _description(segmentation: Segmentation) -> str:
    """One line for the table of runs: the segments with their shares, and what is wrong."""
    profile = segmentation.profile
    shares = zip(profile["name"], profile["customer_share"], strict=True)
    segments = ", ".join(f"{name} {share:.1%}" for name, share in shares)
    reasons = "; ".join(segmentation.reasons)
    return f"{segments}. Not eligible: {reasons}." if reasons else f"{segments}."


def _log_pictures(
    store: Store, run_id: str, plan: RunSettings, study: MeasuredCustomers, segmentation: Segmentation
) -> None:
    segmenter, profile = segmentation.segmenter, segmentation.profile
    min_stability = plan.selection.min_stability
    with artifact_folder(store, run_id) as folder:
        (folder / PICTURES_FOLDER).mkdir()
        for name, figure in run_figures(
            segmenter, study.table, segmenter.labels_, profile, min_stability
        ):
            (folder / PICTURES_FOLDER / f"{name}.png").write_bytes(png(figure))


def _judgement(segmentation: Segmentation) -> dict[str, str]:
    assessment = segmentation.assessment
    tags = {
        "eligible": str(not segmentation.reasons).lower(),
        "ineligible_reason": "; ".join(segmentation.reasons),
        "degenerate": assessment.degenerate or "",
        "structure": assessment.structure or "",
        "rules_accuracy": f"{segmentation.rules.accuracy:.3f}",
    }
    return {name: value for name, value in tags.items() if value}
