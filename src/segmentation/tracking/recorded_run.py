"""One run as it was recorded: the only door through which what is stored is read (MLflow)."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.measured import MeasuredCustomers
from segmentation.customers.measured_files import read_measured
from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.model.persistence import load_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.segments.descriptions import read_descriptions
from segmentation.settings.recorded import recorded_values
from segmentation.tracking.refusals import first_line
from segmentation.tracking.store import Store

PROFILE_FILE = "profile.csv"
CUSTOMERS_FILE = "customers.parquet"
FITTED_CUSTOMERS_FILE = "fitted_customers.parquet"
"""The fitted ones, where they are a sample of those in the other file."""
FITTED_CUSTOMERS = "fitted_customers"
"""Tag: how many of how many they are; none where all are fitted."""
CONTRIBUTIONS_FILE = "contributions.npy"
"""What each measured customer adds to the score, in the order of the ids, without them."""
RULES_TEXT_FILE, RULES_SQL_FILE = "rules.txt", "rules.sql"
RULES_FOLDER = "rules"
"""The rules in the SQL of other databases than DuckDB, a file each."""
CONFIGURATION_FILE, FORMER_CONFIGURATION_FILE = "run.yaml", "configuration.json"
"""The configuration, and its name in runs of earlier editions."""
DESCRIPTIONS_FILE = "descriptions.csv"
DATA_REPORT_FILE, READINESS_FILE = "data_report.json", "readiness.json"
PICTURES_FOLDER = "pictures"
MEASURED_FOLDER = "measured_customers"
LEADERBOARD_FILE, VERDICT_FILE = "leaderboard.csv", "verdict.json"
DECISION_FILE, REPORT_FILE, LIST_FILE = "decision.json", "report.html", "customers.csv"
MEASURED_IN = "measured_in"
"""Tag: the run among whose artifacts the measured customers lie, and their folder there."""


@dataclass(frozen=True)
class RecordedRun:
    """Facts of one run. Artifacts are read when they are asked for.

    Attributes
    ----------
    store : Store
    run_id, name : str
    status : str
        RUNNING, FINISHED, FAILED or KILLED.
    start_time : int
        Milliseconds since 1970.
    seconds : float
        From start to end; 0 while it runs.
    params, tags : dict of str to str
    metrics : dict of str to float
        What was not measured is absent.
    model_ids : tuple of str
        Of the models that it logged.
    deleted : bool
        Whether a person has deleted it; it can be restored until it is removed for good.
    """

    store: Store = field(repr=False)
    run_id: str
    name: str
    status: str
    start_time: int
    seconds: float
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]
    model_ids: tuple[str, ...]
    deleted: bool = False

    @property
    def parent_id(self) -> str | None:
        """The sweep it belongs to."""
        return self.tags.get(MLFLOW_PARENT_RUN_ID)

    @property
    def data(self) -> str:
        """The option ``data`` it was run on; empty where it failed before."""
        return self.tags.get("data", "")

    @property
    def degenerate(self) -> str:
        """Why the fit describes repeated values instead of groups; empty when it does not."""
        return self.tags.get("degenerate", "")

    @property
    def model_uri(self) -> str:
        """URI of the model that it logged.

        Raises
        ------
        UserError
            If it has none.
        """
        if not self.model_ids:
            raise UserError(
                f"run '{self.name}' ({self.run_id}, {self.status}) has no model; choose a "
                "finished run of one configuration"
            )
        return f"models:/{self.model_ids[0]}"

    @cached_property
    def files(self) -> frozenset[str]:
        """Names of its artifacts, folders by their name."""
        listed = self.store.client.list_artifacts(self.run_id)
        return frozenset(file.path for file in listed)

    def profile(self) -> pd.DataFrame:
        """Return the segments, see `segments.profiles.segment_profile`, under the run's names."""
        return pd.read_csv(self.file(PROFILE_FILE))

    def descriptions(self) -> pd.DataFrame | None:
        """Return what is typical of the segments; ``None`` where nothing is described."""
        known = DESCRIPTIONS_FILE in self.files
        return read_descriptions(self.file(DESCRIPTIONS_FILE)) if known else None

    def customers(self) -> pd.DataFrame | None:
        """Return the fitted customers with their ``segment``; ``None`` where they are not kept.

        Indexed by customer_id; the features of the run, then revenue, orders and recency_days, and
        the RFM scores.
        """
        if CUSTOMERS_FILE not in self.files:
            return None
        sample = FITTED_CUSTOMERS_FILE in self.files
        return pd.read_parquet(self.file(FITTED_CUSTOMERS_FILE if sample else CUSTOMERS_FILE))

    def all_customers(self) -> CustomersFile | None:
        """Return the file of all customers with their ``segment``; ``None`` where it is not kept.

        With the columns of `customers`, and ``customer_id``.
        """
        if CUSTOMERS_FILE not in self.files:
            return None
        return CustomersFile(self.file(CUSTOMERS_FILE))

    def contributions(self) -> np.ndarray | None:
        """Return what each measured customer adds to ``oot_score``; ``None`` if not kept."""
        if CONTRIBUTIONS_FILE not in self.files:
            return None
        return np.asarray(np.load(self.file(CONTRIBUTIONS_FILE)))

    def measured(self) -> MeasuredCustomers | None:
        """Return what its sweep measured; ``None`` where that is not kept, or kept no more."""
        run_id, _, folder = self.tags.get(MEASURED_IN, "").partition(":")
        try:
            path = self.store.artifact(run_id, folder) if run_id else None
        except (MlflowException, OSError):
            return None
        return None if path is None else read_measured(path)

    def segmenter(self) -> CustomerSegmenter:
        """Load the fitted estimator, its segments under the run's own names.

        Raises
        ------
        UserError
            If it has no model, or its files are gone.
        """
        uri = self.model_uri
        try:
            return load_segmenter(self.store.model_folder(uri) / SEGMENTER_FILE)
        except (MlflowException, OSError) as error:
            raise UserError(
                f"the model of run '{self.name}' ({self.run_id}) cannot be loaded any more "
                f"({first_line(error)}); choose another run, or run it again with reuse=false"
            ) from error

    def text(self, file: str) -> str:
        """Return the content of a text artifact."""
        return self.file(file).read_text(encoding="utf-8")

    def values(self, file: str) -> dict[str, Any]:
        """Return the content of a JSON artifact."""
        return dict(json.loads(self.text(file)))

    def configuration(self) -> dict[str, Any]:
        """Return the configuration, nested as in ``conf/`` and resolved."""
        former = CONFIGURATION_FILE not in self.files
        return recorded_values(
            self.text(FORMER_CONFIGURATION_FILE if former else CONFIGURATION_FILE)
        )

    def pictures(self) -> dict[str, bytes]:
        """Return the pictures drawn of it, name to PNG file; empty where none were."""
        listed = self.store.client.list_artifacts(self.run_id, PICTURES_FOLDER)
        return {Path(file.path).stem: self.file(file.path).read_bytes() for file in listed}

    def file(self, name: str) -> Path:
        """Return where an artifact lies on this machine, or was brought to."""
        return self.store.artifact(self.run_id, name)


SEGMENTER_FILE = Path("artifacts") / "segmentation.skops"
"""The fitted estimator inside a logged model."""


def fingerprint_key(fingerprint: str) -> str:
    """Key of the tag by which a run is found: MLflow's stores index keys, not values."""
    return f"fingerprint.{fingerprint}"


def recorded(store: Store, run: Run) -> RecordedRun:
    """Take the facts out of what MLflow returns for a run."""
    info, data = run.info, run.data
    outputs = run.outputs.model_outputs if run.outputs else []
    return RecordedRun(
        store=store,
        run_id=info.run_id,
        name=info.run_name,
        status=info.status,
        start_time=info.start_time,
        seconds=((info.end_time or info.start_time) - info.start_time) / 1000,
        params=dict(data.params),
        metrics=dict(data.metrics),
        tags=dict(data.tags),
        model_ids=tuple(output.model_id for output in outputs),
        deleted=info.lifecycle_stage != "active",
    )


def read_run(store: Store, run_id: str) -> RecordedRun:
    """Read one run.

    Raises
    ------
    UserError
        If there is no such run.
    """
    try:
        return recorded(store, store.client.get_run(run_id))
    except MlflowException as error:
        raise UserError(
            f"run_id='{run_id}' is not in {masked(store.uri)}; take a run id from the leaderboard "
            "or the UI"
        ) from error
