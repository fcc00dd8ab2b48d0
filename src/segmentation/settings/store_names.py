"""Names under which runs and models are recorded: what a tracking store takes."""

import re

from segmentation.errors import UserError
from segmentation.settings.schema import TrackingSettings

NOT_IN_A_NAME = re.compile(r"""[/:'"`\\?#%@]""")
"""Signs that part an address of a model, or a filter of MLflow, in two."""
LONGEST = 200
"""Characters that every database of MLflow has room for, with what is put behind a name."""
ADDRESS = "models:/"


def require_names(tracking: TrackingSettings) -> None:
    """Refuse names that the store or an address of a model cannot hold, before any work.

    Parameters
    ----------
    tracking : TrackingSettings

    Raises
    ------
    UserError
        Names the option, its value, what is wrong with it and what can be set.
    """
    experiment, model_name = tracking.experiment, tracking.model_name
    if reason := _unusable(experiment):
        raise UserError(
            f"tracking.experiment='{experiment}' names no experiment: {reason}; "
            "set tracking.experiment=customer-segments, or MLFLOW_EXPERIMENT_NAME"
        )
    if reason := _unusable(model_name) or _parted(model_name):
        raise UserError(
            f"tracking.model_name='{model_name}' names no model: {reason}; set "
            "tracking.model_name=customer-segments, or other letters, digits, blanks, - and _"
        )


def require_address(model: str) -> None:
    """Refuse an address of a registered model whose name no model can have.

    Parameters
    ----------
    model : str
        Of any form that MLflow knows; only ``models:/`` has a name in it.

    Raises
    ------
    UserError
        Says what is wrong with it and what can be set.
    """
    if model.startswith(ADDRESS):
        name = re.split(r"[/@]", model.removeprefix(ADDRESS), maxsplit=1)[0]
        reason = _unusable(name) or _parted(name)
    else:
        reason = "" if model.strip() else "it is empty"
    if reason:
        raise UserError(
            f"model='{model}' leads to no model: {reason}; set model=models:/NAME@ALIAS, "
            "as models:/customer-segments@champion"
        )


def _unusable(name: str) -> str:
    """Why no name can be like this; empty where one can."""
    if not name.strip():
        return "it is empty"
    if name != name.strip() or not name.isprintable():
        return "it begins or ends with a blank, or has a sign that cannot be seen"
    if len(name) > LONGEST:
        return f"it has {len(name)} characters, and at most {LONGEST} are possible"
    return ""


def _parted(name: str) -> str:
    """Why a model cannot have this name; empty where it can."""
    if found := NOT_IN_A_NAME.search(name):
        return f"a name cannot have the sign {found[0]}"
    return "a name cannot be of points alone" if not name.strip(".") else ""
