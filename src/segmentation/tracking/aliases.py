"""The registered model, its versions and their aliases (MLflow registry)."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from segmentation.tracking.refusals import server_refusals_in_one_line
from segmentation.tracking.store import Store

CHAMPION, PREVIOUS, CHALLENGER = "champion", "previous", "challenger"
DESCRIPTION = (
    f"Puts customers into segments. `@{CHAMPION}` is the version in use, `@{PREVIOUS}` the one "
    f"before it, `@{CHALLENGER}` the newest that was registered without replacing it. Each version "
    "describes its segments, what to do with them, and how far to trust them."
)
IS_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow answers for a model, or an alias of it, that there is none of."""
DRY = "(dry)"
"""Stands for the version where nothing was registered."""


@dataclass(frozen=True)
class Registration:
    """A version of the registered model.

    Attributes
    ----------
    model_name : str
    version : str
    alias : str
        ``champion``, or ``challenger`` where it did not replace the champion.
    sentence : str
        What was decided, and why.
    promotion_id : str
        The run in which the version's names, decision and report lie; empty where nothing was
        registered.
    changes : tuple of str
        What became of the champion's segments and of their names, in sentences.
    """

    model_name: str
    version: str
    alias: str
    sentence: str
    promotion_id: str = ""
    changes: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """URI under which the version is loaded."""
        return f"models:/{self.model_name}@{self.alias}"


def aliased(store: Store, model_name: str, alias: str) -> ModelVersion | None:
    """Return the version that an alias points to, or None."""
    try:
        return store.client.get_model_version_by_alias(model_name, alias)
    except MlflowException as error:
        if error.error_code not in IS_NOT_THERE:
            raise
        return None


def version_of_run(store: Store, model_name: str, run_id: str) -> ModelVersion | None:
    """Return the newest version made of a run, or None."""
    versions = store.client.search_model_versions(
        f"run_id = '{run_id}'", order_by=["version_number DESC"]
    )
    return next((version for version in versions if version.name == model_name), None)


def add_version(
    store: Store,
    model_name: str,
    run_id: str,
    model_uri: str,
    description: str,
    tags: Mapping[str, Any],
) -> ModelVersion:
    """Register a logged model as a new version; the registered model is created when needed."""
    with contextlib.suppress(MlflowException):
        store.client.create_registered_model(model_name, description=DESCRIPTION)
    # A database asks the store of the process where the model lies.
    store.use()
    with server_refusals_in_one_line(store.registry_uri, f"register a version of '{model_name}'"):
        return store.client.create_model_version(
            model_name,
            source=model_uri,
            run_id=run_id,
            model_id=model_uri.rpartition("/")[2],
            description=description,
            tags={name: str(value) for name, value in tags.items()},
        )


def make_champion(
    store: Store, model_name: str, version: ModelVersion, champion: ModelVersion | None
) -> bool:
    """Let the champion alias point to a version, and ``previous`` to the one it replaces.

    Parameters
    ----------
    store : Store
    model_name : str
    version : ModelVersion
        The new champion.
    champion : ModelVersion or None
        The champion that the decision was made against.

    Returns
    -------
    bool
        False when somebody else has replaced that champion meanwhile, whose version stays it.

    Raises
    ------
    UserError
        If the registry does not allow it.
    """
    current, before = (aliased(store, model_name, alias) for alias in (CHAMPION, PREVIOUS))
    if _number(current) != _number(champion):
        return False
    with server_refusals_in_one_line(store.registry_uri, f"make a champion of '{model_name}'"):
        if champion is not None and _number(champion) != _number(version):
            _point(store, model_name, PREVIOUS, champion)
        try:
            _point(store, model_name, CHAMPION, version)
        except MlflowException:
            _point(store, model_name, PREVIOUS, before)
            raise
    # Who compared with the same champion may have been the last to write.
    if _number(aliased(store, model_name, CHAMPION)) != _number(version):
        return False
    challenger = aliased(store, model_name, CHALLENGER)
    if _number(challenger) == _number(version):
        _point(store, model_name, CHALLENGER, None)
    return True


def _point(store: Store, model_name: str, alias: str, version: ModelVersion | None) -> None:
    """Let an alias point to a version, or to none."""
    if version is None:
        store.client.delete_registered_model_alias(model_name, alias)
    else:
        store.client.set_registered_model_alias(model_name, alias, version.version)


def _number(version: ModelVersion | None) -> str | None:
    return None if version is None else str(version.version)
