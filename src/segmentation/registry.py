"""The registered model and its aliases (MLflow registry)."""

import contextlib
from dataclasses import dataclass

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.tracking import Store

CHAMPION = "champion"


@dataclass(frozen=True)
class Registration:
    """A version of the registered model.

    Attributes
    ----------
    model_name : str
    version : str
    is_new : bool
        False where the run had been registered before.
    """

    model_name: str
    version: str
    is_new: bool

    @property
    def uri(self) -> str:
        """URI under which the champion is loaded."""
        return f"models:/{self.model_name}@{CHAMPION}"


def register_champion(store: Store, run_id: str, model_name: str, reason: str) -> Registration:
    """Register the model of a run and let the alias ``champion`` point to it.

    Registering the same run twice gives one version.

    Parameters
    ----------
    store : Store
    run_id : str
        A finished run that logged a model.
    model_name : str
        Created when it is not there.
    reason : str
        Why this run; kept on the version.

    Raises
    ------
    UserError
        If there is no such run, or it has no model.
    """
    client = store.client
    model_id = logged_model_id(store, run_id)
    with contextlib.suppress(MlflowException):
        client.create_registered_model(model_name)
    known = _version_of(store, model_name, run_id)
    version = known or client.create_model_version(
        model_name,
        source=f"models:/{model_id}",
        run_id=run_id,
        model_id=model_id,
        description=reason,
        tags={"reason": reason},
    )
    client.set_registered_model_alias(model_name, CHAMPION, version.version)
    return Registration(model_name, str(version.version), is_new=known is None)


def logged_model_id(store: Store, run_id: str) -> str:
    """Id of the model that a run logged.

    Raises
    ------
    UserError
        If there is no such run, or it has no model.
    """
    try:
        run = store.client.get_run(run_id)
    except MlflowException as error:
        raise UserError(
            f"run_id='{run_id}' is not in {store.uri}; take a run id from the leaderboard or the UI"
        ) from error
    outputs = run.outputs.model_outputs if run.outputs else []
    if not outputs:
        raise UserError(
            f"run '{run.info.run_name}' ({run_id}) has no model: its status is "
            f"{run.info.status}; choose a finished run of one configuration, not a sweep's parent"
        )
    model_id: str = outputs[-1].model_id
    return model_id


def _version_of(store: Store, model_name: str, run_id: str) -> ModelVersion | None:
    versions = store.client.search_model_versions(
        f"name = '{model_name}' and run_id = '{run_id}'", max_results=1
    )
    return versions[0] if versions else None
