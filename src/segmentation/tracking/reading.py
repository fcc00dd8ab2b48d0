"""A store that is only read: its sweeps, finished runs, and kept lists (MLflow)."""

import os
from dataclasses import replace

from mlflow.entities import Experiment
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.tracking.kinds import PROMOTION, SCORING, SEGMENTATION, SWEEP
from segmentation.tracking.named_by_environment import EXPERIMENT_ID
from segmentation.tracking.recorded_run import CUSTOMERS_FILE, LIST_FILE, RecordedRun, read_run
from segmentation.tracking.recorded_runs import runs_of_sweep, search_runs
from segmentation.tracking.scorings import EXPERIMENT
from segmentation.tracking.store import Store, connect, opening

FINISHED = "attributes.status = 'FINISHED'"
NEWEST_FIRST = "start_time DESC"


def read_store(uri: str, experiment: str) -> Store:
    """Connect to a tracking store in which nothing is made, and find an experiment.

    Parameters
    ----------
    uri : str
    experiment : str
        The one of ``MLFLOW_EXPERIMENT_ID`` wins.

    Raises
    ------
    UserError
        If the store cannot be opened, or has no such experiment.
    """
    store = connect(uri)
    told = masked(store.uri)
    with opening(store.uri, f"read experiment '{experiment}'"):
        found = _experiment(store, experiment)
    if found is None:
        raise UserError(
            f"no experiment '{experiment}' in {told}; run train.py -m k=2,3,4 first, or set "
            "tracking.experiment= to one that is there"
        )
    return replace(store, experiment_id=found.experiment_id)


def sweeps(store: Store) -> list[RecordedRun]:
    """Read the parents of all sweeps that have ended, the newest first."""
    return list(search_runs(store, f"tags.kind = '{SWEEP}' and {FINISHED}", NEWEST_FIRST))


def finished_runs(store: Store, sweep_id: str | None) -> list[RecordedRun]:
    """Read the finished runs of a sweep, reused ones too, by name; ``None``: those of no sweep."""
    if sweep_id is not None:
        runs = [run for run in runs_of_sweep(store, sweep_id) if run.status == "FINISHED"]
    else:
        known = search_runs(store, f"tags.kind = '{SEGMENTATION}' and {FINISHED}", NEWEST_FIRST)
        runs = [run for run in known if run.parent_id is None]
    return sorted(runs, key=lambda run: (int(run.params.get("k", 0)), run.name))


def registered_lists(store: Store) -> dict[str, RecordedRun]:
    """Read the newest promotion of every run that was registered, by the id of that run."""
    promotions = search_runs(store, f"tags.kind = '{PROMOTION}' and {FINISHED}")
    return {run.tags["training_run"]: run for run in promotions if "training_run" in run.tags}


def kept_scorings_of(store: Store, experiment: str) -> list[RecordedRun]:
    """Read the scorings of an experiment's models that kept their customers, the newest first.

    Parameters
    ----------
    store : Store
    experiment : str
        In which the models were trained.
    """
    with opening(store.uri, "read the scorings"):
        found = _experiment(store, EXPERIMENT.format(experiment))
    if found is None:
        return []
    of_scorings = replace(store, experiment_id=found.experiment_id)
    known = search_runs(of_scorings, f"tags.kind = '{SCORING}' and {FINISHED}", NEWEST_FIRST)
    return [run for run in known if CUSTOMERS_FILE in run.files]


def has_list(promotion: RecordedRun) -> bool:
    """Whether a promotion kept the list of customers: it does where the run kept its customers."""
    return LIST_FILE in promotion.files


def run_of_model(store: Store, model_id: str) -> RecordedRun:
    """Read the run that logged a model.

    Raises
    ------
    UserError
        If model or run are gone.
    """
    try:
        return read_run(store, store.client.get_logged_model(model_id).source_run_id)
    except MlflowException as error:
        raise UserError(
            f"the model {model_id} that scored this list is not in {masked(store.uri)}; "
            "set tracking.uri= to the store in which it was trained"
        ) from error


def _experiment(store: Store, name: str) -> Experiment | None:
    experiment_id = os.environ.get(EXPERIMENT_ID)
    if experiment_id is None:
        return store.client.get_experiment_by_name(name)
    return store.client.get_experiment(experiment_id)
