"""Where runs and models are recorded: opening an experiment of a tracking store (MLflow)."""

import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Experiment
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.tracking.full_disks import SQLITE, local_folder, require_room
from segmentation.tracking.mlflow_views import describe_experiment
from segmentation.tracking.named_by_environment import given_experiment, given_registry
from segmentation.tracking.new_store import made_by_one, make_store
from segmentation.tracking.refusals import (
    attempted,
    first_sentence,
    server_refusals_in_one_line,
)

REACHABLE_WITHIN_SECONDS = 5
ARTIFACTS = "mlruns"
"""Where a new store in a file keeps them, from the current folder."""
OTHER_STORE = "tracking.uri=sqlite:////FOLDER/mlflow.db"
PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mssql": 1433}
"""Kinds of servers to where they listen."""
LOGGED = re.compile(r"models:/m-[^/@]+")
"""Address of a logged model, which names it by its id."""


@dataclass(frozen=True)
class Store:
    """An experiment of a tracking store.

    Attributes
    ----------
    uri : str
        Absolute: valid from every working directory.
    experiment_id : str
        Empty where nothing is recorded.
    registry_uri : str
        Where models are registered, absolute.
    """

    uri: str
    experiment_id: str
    registry_uri: str

    @cached_property
    def client(self) -> MlflowClient:
        """A client of the store."""
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.registry_uri)

    def artifact(self, run_id: str, name: str) -> Path:
        """Where a file or a folder of a run lies on this machine, or was brought to.

        To be read only, as it may be the store's own; ``name`` is a path among the artifacts.

        Raises
        ------
        MlflowException, OSError
            If it is not there, or the path leads elsewhere.
        """
        folder = local_folder(self.client.get_run(run_id).info.artifact_uri)
        # MLflow would copy what lies here already, lists of people among it, from any path.
        if folder is not None:
            place = folder / name
            if not place.resolve().is_relative_to(folder.resolve()):
                raise FileNotFoundError(f"'{name}' is not among the artifacts of run {run_id}")
            if place.exists():
                return place
        return Path(self.client.download_artifacts(run_id, name))

    def model_folder(self, uri: str) -> Path:
        """Local folder with the files of a logged or registered model."""
        # Of a registered model MLflow asks the registry, which asks the store of the process.
        self.use()
        if LOGGED.fullmatch(uri):
            # By the id, MLflow would leave a note in the folder of a model that is stored locally.
            uri = self.client.get_logged_model(uri.rpartition("/")[2]).artifact_location
        return Path(mlflow.artifacts.download_artifacts(uri, tracking_uri=self.uri))

    def use(self) -> None:
        """Let MLflow's functions without a client work on this store."""
        mlflow.set_tracking_uri(self.uri)
        if self.registry_uri != self.uri:
            mlflow.set_registry_uri(self.registry_uri)


def open_store(uri: str, experiment: str) -> Store:
    """Connect to a tracking store and make sure the experiment exists.

    Parameters
    ----------
    uri : str
        ``sqlite:///mlflow.db``, a database or a server.
    experiment : str
        Created when it is not there. The one of ``MLFLOW_RUN_ID`` or ``MLFLOW_EXPERIMENT_ID`` wins.

    Raises
    ------
    UserError
        If the store cannot be reached or opened, or there is no such run or experiment.
    """
    store = _connected(uri)
    _require_room(store.uri)
    with opening(store.uri, f"record in experiment '{experiment}'"):
        make_store(store.uri)
        opened = made_by_one(
            lambda: given_experiment(store.client) or _experiment(store.client, experiment)
        )
        _require_active(opened)
        require_room(opened.artifact_location, OTHER_STORE)
    attempted(
        f"experiment '{opened.name}' is not described",
        lambda: describe_experiment(store.client, opened),
        logging.getLogger(__name__).info,
    )
    return replace(store, experiment_id=opened.experiment_id)


def connect(uri: str) -> Store:
    """Connect to a tracking store in which nothing is recorded: models are read from it.

    Raises
    ------
    UserError
        If the store cannot be reached, or is a file that is not there.
    """
    path = Path(uri.removeprefix(SQLITE))
    is_file = uri.startswith(SQLITE) and "?" not in uri and given_registry(uri) == uri
    if is_file and path.parent.is_dir() and not path.exists():
        raise UserError(
            f"tracking store '{path}' does not exist, so no model is in it; train one with "
            "train.py -m k=2,3,4, or set tracking.uri or MLFLOW_TRACKING_URI"
        )
    return _connected(uri)


def _connected(uri: str) -> Store:
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A model has 20 small files, and a bar of its own for each.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    uri = absolute_uri(uri)
    _require_reachable(uri)
    _require_file(uri)
    store = Store(uri, "", absolute_uri(given_registry(uri)))
    store.use()
    return store


@contextmanager
def opening(uri: str, doing: str) -> Iterator[None]:
    """Turn whatever a store raises in the block into a user's error that says how to reach one."""
    try:
        with server_refusals_in_one_line(uri, doing):
            yield
    # A warning is one where the interpreter is told to raise them.
    except (UserError, Warning):
        raise
    # MLflow lets the errors of databases and of the network through as they are.
    except Exception as error:
        raise UserError(
            f"tracking store '{masked(uri)}' cannot be opened ({first_sentence(error)}); "
            "set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error


def _experiment(client: MlflowClient, name: str) -> Experiment:
    """The experiment of this name, made if need be."""
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            client.create_experiment(name)
        except MlflowException as error:
            # Another process may make it in between.
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        found = client.get_experiment_by_name(name)
    return found


def _require_active(experiment: Experiment) -> None:
    if experiment.lifecycle_stage != "active":
        raise UserError(
            f"experiment '{experiment.name}' is deleted, and keeps its name until it is removed; "
            f"mlflow experiments restore --experiment-id {experiment.experiment_id}, or set "
            "tracking.experiment to another name"
        )


def absolute_uri(uri: str) -> str:
    """Make the path of a local SQLite store absolute, so that every process finds it."""
    path = uri.removeprefix(SQLITE)
    return uri if path == uri else f"{SQLITE}{Path(path).absolute().as_posix()}"


def _require_reachable(uri: str) -> None:
    """Fail in seconds, where MLflow itself would retry for minutes."""
    parts = urlsplit(uri)
    kind = parts.scheme.partition("+")[0]
    if kind not in PORTS or parts.hostname is None:
        return
    try:
        port = parts.port or PORTS[kind]
        socket.create_connection((parts.hostname, port), REACHABLE_WITHIN_SECONDS).close()
    except (OSError, ValueError) as error:
        raise UserError(
            f"tracking server '{masked(uri)}' does not answer ({error}); start it, "
            "or set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        ) from error


def _require_room(uri: str) -> None:
    """Refuse a disk that is full; where the store is to be made, that of the artifacts, too."""
    require_room(uri, OTHER_STORE)
    if uri.startswith(SQLITE) and not Path(uri.removeprefix(SQLITE)).exists():
        require_room(str(Path(ARTIFACTS).absolute()), OTHER_STORE)


def _require_file(uri: str) -> None:
    """Refuse a store that cannot be a file, which MLflow would try to open for minutes."""
    if not uri.startswith(SQLITE) or "?" in uri:
        return
    path = Path(uri.removeprefix(SQLITE))
    why = None
    if path.is_dir():
        why = "it is a folder"
    elif not path.parent.is_dir():
        why = "its folder does not exist"
    elif path.exists() and not os.access(path, os.R_OK | os.W_OK):
        why = "it may not be written"
    elif not path.exists() and not os.access(path.parent, os.W_OK):
        why = "its folder may not be written"
    if why is not None:
        raise UserError(
            f"tracking store '{path}' cannot be opened ({why}); "
            "set tracking.uri=sqlite:///mlflow.db or MLFLOW_TRACKING_URI"
        )
