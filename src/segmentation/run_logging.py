"""What is recorded of one run."""

import pandas as pd

from segmentation.assessment import Assessment
from segmentation.model_logging import log_model
from segmentation.pipeline import CustomerSegmenter
from segmentation.settings import Plan
from segmentation.study import Study
from segmentation.tracking import Store, artifact_folder, log_values

CUSTOMERS_FILE = "customers.parquet"


def run_tags(plan: Plan, study: Study, fingerprint: str) -> dict[str, str]:
    """Tags that tell what a run stands on: its own fingerprint, the data's and the as-of date."""
    return {
        "kind": "segmentation",
        "fingerprint": fingerprint,
        "data_fingerprint": study.report.fingerprint,
        "as_of": study.as_of.isoformat(),
        **{group: choice for group, choice in plan.choices.items() if group == "data"},
    }


def log_run(
    store: Store,
    run_id: str,
    plan: Plan,
    study: Study,
    segmenter: CustomerSegmenter,
    assessment: Assessment,
    profile: pd.DataFrame,
    reasons: list[str],
) -> None:
    """Record parameters, metrics, tags, tables and the model of a run.

    Parameters
    ----------
    store : Store
    run_id : str
    plan, study, segmenter, assessment, profile
        The run and its results.
    reasons : list of str
        Why the run is not eligible; empty when it is.
    """
    chosen: dict[str, object] = dict(plan.choices)
    if plan.k is not None:
        chosen["k"] = plan.k
    tags = {"eligible": str(not reasons).lower()}
    if reasons:
        tags["ineligible_reason"] = "; ".join(reasons)
    if assessment.degenerate:
        tags["degenerate"] = assessment.degenerate
    if assessment.structure:
        tags["structure"] = assessment.structure
    parameters = {key: value for key, value in plan.parameters.items() if key not in chosen}
    log_values(store, run_id, parameters | chosen, assessment.metrics, tags)
    store.client.log_table(run_id, profile, "profile.json")
    store.client.log_dict(run_id, study.report.to_dict(), "data_report.json")
    with artifact_folder(store, run_id) as folder:
        profile.to_csv(folder / "profile.csv", index=False)
        if plan.tracking.log_customers:
            customers = study.table.assign(segment=segmenter.labels_)
            customers.to_parquet(folder / CUSTOMERS_FILE)
    log_model(store, run_id, segmenter, study.features)
