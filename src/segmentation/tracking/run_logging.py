"""What is recorded of one run: facts only."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_ARTIFACTS, MLFLOW_RUN_NOTE

from segmentation.customers.measured import MeasuredCustomers
from segmentation.customers.measured_files import write_measured
from segmentation.customers.readiness import readiness_of
from segmentation.data.harmless_text import harmless_frame
from segmentation.evaluation.claims import beats_sorting, predicts
from segmentation.model.algorithms import class_name
from segmentation.model.assigning import with_segments
from segmentation.segmented import Segmentation
from segmentation.segments.case_when import DIALECTS
from segmentation.segments.descriptions import write_descriptions
from segmentation.segments.drift import reference
from segmentation.segments.listed_names import listed_names
from segmentation.settings.recorded import runnable_text
from segmentation.tracking.datasets import dataset_of
from segmentation.tracking.kinds import SEGMENTATION
from segmentation.tracking.mlflow_views import leaderboard_first
from segmentation.tracking.model_logging import log_model
from segmentation.tracking.recorded_run import (
    CONFIGURATION_FILE,
    CONTRIBUTIONS_FILE,
    CUSTOMERS_FILE,
    DATA_REPORT_FILE,
    DESCRIPTIONS_FILE,
    FITTED_CUSTOMERS,
    FITTED_CUSTOMERS_FILE,
    MEASURED_FOLDER,
    PICTURES_FOLDER,
    PROFILE_FILE,
    READINESS_FILE,
    RULES_FOLDER,
    RULES_SQL_FILE,
    RULES_TEXT_FILE,
    fingerprint_key,
)
from segmentation.tracking.recording import artifact_folder, log_values, write_pictures, write_texts
from segmentation.tracking.store import Store

PROFILE_TABLE = "profile.json"
MODEL_TAGS = ("algorithm", "scaler", "features", "k", "seed", "data")
"""Parameters by which models are found in MLflow's list of them."""


def run_tags(
    data: str,
    customers: MeasuredCustomers,
    fingerprint: str,
    without_seed: str,
    horizon_share: float | None = None,
) -> dict[str, str]:
    """Tags that tell what a run is based on.

    Parameters
    ----------
    data : str
        Option of the group ``data``.
    customers : MeasuredCustomers
    fingerprint, without_seed : str
        Of the run, and of what it shares with runs that differ by their seed only.
    horizon_share : float, optional
        By which it looks ahead: runs with equal ``customers_fingerprint`` can be compared customer
        by customer.
    """
    return {
        "kind": SEGMENTATION,
        "fingerprint": fingerprint,
        fingerprint_key(fingerprint): "true",
        "fingerprint_without_seed": without_seed,
        "data": data,
        "data_fingerprint": customers.report.fingerprint,
        "customers_fingerprint": customers.fingerprint(horizon_share),
        "as_of": customers.as_of.isoformat(),
    }


def log_measured(store: Store, run_id: str, customers: MeasuredCustomers, name: str) -> str:
    """Keep measured customers with a run; return where: the tag ``measured_in``.

    What is carried into lists is left out.
    """
    place = f"{MEASURED_FOLDER}/{name}"
    with artifact_folder(store, run_id) as folder:
        write_measured(replace(customers, kept=None), folder / place)
    return f"{run_id}:{place}"


def log_run(
    store: Store,
    run_id: str,
    segmentation: Segmentation,
    *,
    name: str,
    parameters: Mapping[str, Any],
    configuration: Mapping[str, Any],
    tags: Mapping[str, str],
    log_customers: bool,
    keep_model: bool,
    pictures: Mapping[str, bytes],
) -> None:
    """Record tables, pictures and the model of a run, then its parameters, metrics and tags.

    The metrics of the leaderboard come first, because MLflow's pages keep that order; each is
    linked to the dataset and to the model.

    Parameters
    ----------
    store : Store
    run_id : str
    segmentation : Segmentation
    name : str
        Of the run and its model.
    parameters : mapping
        Values that a person sets, with the option of ``data``.
    configuration : mapping
        Nested as in ``conf/``, without secrets; Hydra runs it again.
    tags : mapping of str to str
        Besides the facts of the segmentation.
    log_customers : bool
        Whether every customer's segment is kept: personal data.
    keep_model : bool
        Whether the fitted model is kept; without it, the run is fitted again where it is needed.
    pictures : mapping of str to bytes
        Name to PNG file.
    """
    customers = segmentation.customers
    with artifact_folder(store, run_id) as folder:
        write_texts(folder, _texts(segmentation, configuration, log_customers))
        _write_tables(segmentation, folder, log_customers)
        if pictures:
            write_pictures(pictures, folder / PICTURES_FOLDER)
    model_id = None
    if keep_model:
        model_id = log_model(
            store,
            run_id,
            segmentation.segmenter,
            customers.table[list(segmentation.segmenter.feature_names_in_)],
            metadata_of(segmentation),
            name=name,
            tags={key: str(parameters[key]) for key in MODEL_TAGS if key in parameters},
        )
    log_values(
        store,
        run_id,
        parameters,
        leaderboard_first(segmentation.metrics),
        {**_facts(segmentation), **tags},
        dataset=dataset_of(str(parameters["data"]), customers),
        model_id=model_id,
    )


def _write_tables(segmentation: Segmentation, folder: Path, log_customers: bool) -> None:
    if segmentation.assessment.contributions is not None:
        np.save(folder / CONTRIBUTIONS_FILE, segmentation.assessment.contributions)
    if segmentation.customers.described.columns:
        write_descriptions(segmentation.descriptions, folder / DESCRIPTIONS_FILE)
    if log_customers:
        fitted = CUSTOMERS_FILE
        if segmentation.assigned is not None:
            fitted = FITTED_CUSTOMERS_FILE
            shutil.copyfile(segmentation.assigned.path, folder / CUSTOMERS_FILE)
        table, labels = segmentation.customers.table, segmentation.segmenter.labels_
        kept = with_segments(table, segmentation.recipe.features, segmentation.rfm_borders, labels)
        kept.to_parquet(folder / fitted)


def metadata_of(segmentation: Segmentation) -> dict[str, Any]:
    """What scoring needs of the training: how customers were measured, and what they were like."""
    customers, features = segmentation.customers, list(segmentation.segmenter.feature_names_in_)
    assigned = segmentation.assigned
    labels = segmentation.labels if assigned is None else assigned["segment"]
    names = labels.map(segmentation.names)
    return {
        "features": features,
        "clustered_on": list(segmentation.recipe.features),
        "rhythm": asdict(customers.rhythm),
        "cleaning": asdict(customers.cleaning),
        "reading": customers.report.reading,
        "as_of": customers.as_of.isoformat(),
        "data_fingerprint": customers.report.fingerprint,
        "segments": [asdict(name) for name in segmentation.segment_names],
        "rfm_borders": segmentation.rfm_borders,
        "reference": reference(customers.table[features], names).to_dict(),
    }


def _description(segmentation: Segmentation) -> str:
    """One line for the table of runs: the segments with their shares."""
    profile = segmentation.profile
    shares = zip(profile["name"], profile["customer_share"], strict=True)
    return listed_names([f"{name} {share:.1%}" for name, share in shares]) + "."


def _texts(
    segmentation: Segmentation, configuration: Mapping[str, Any], log_customers: bool
) -> dict[str, str]:
    """Text files of a run, name to content."""
    rules, profile, customers = segmentation.rules, segmentation.profile, segmentation.customers
    ready = readiness_of(customers)
    if not log_customers:
        ready = replace(ready, largest_customer="")
    return {
        PROFILE_FILE: harmless_frame(profile).to_csv(index=False),
        PROFILE_TABLE: profile.to_json(orient="split", index=False),
        DATA_REPORT_FILE: json.dumps(customers.report.to_dict(), indent=2),
        READINESS_FILE: json.dumps(asdict(ready), indent=2),
        CONFIGURATION_FILE: runnable_text(configuration, Path(CONFIGURATION_FILE).stem),
        RULES_TEXT_FILE: rules.text(segmentation.names),
        RULES_SQL_FILE: rules.sql,
        **{f"{RULES_FOLDER}/{name}.sql": rules.sql_of(name) for name in DIALECTS[1:]},
    }


def _yes_or_no(claim: bool | None) -> str:
    return "" if claim is None else str(claim).lower()


def _facts(segmentation: Segmentation) -> dict[str, str]:
    assessment = segmentation.assessment
    tags = {
        MLFLOW_RUN_NOTE: _description(segmentation),
        # MLflow's pages show such a file as a table.
        MLFLOW_LOGGED_ARTIFACTS: json.dumps([{"path": PROFILE_TABLE, "type": "table"}]),
        "estimator": class_name(segmentation.recipe.algorithm),
        "degenerate": assessment.degenerate or "",
        "structure": assessment.structure or "",
        "separated_by": assessment.separated_by,
        "best_sorting": assessment.best_sorting,
        "beats_sorting": _yes_or_no(beats_sorting(assessment.metrics)),
        "predicts": _yes_or_no(predicts(assessment.metrics)),
        "rules_accuracy": f"{segmentation.rules.accuracy:.3f}",
        FITTED_CUSTOMERS: segmentation.customers.drawn,
    }
    return {name: value for name, value in tags.items() if value}
