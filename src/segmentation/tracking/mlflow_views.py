"""What MLflow's own pages show first: a description, and the columns that matter."""

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from mlflow import MlflowClient
from mlflow.entities import Experiment
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.workspace_context import get_request_workspace
from mlflow.utils.workspace_utils import DEFAULT_WORKSPACE_NAME

from segmentation.selection.guards import PREFERRED_METRICS
from segmentation.selection.leaderboard import LEADERBOARD_METRICS
from segmentation.tracking.kinds import PROMOTION

CHAMPION_TAG = "champion"
GONE = "RESOURCE_DOES_NOT_EXIST"
VIEW = "segmentations"
# Where MLflow itself keeps what its button "Save view" saves.
VIEW_TAG = f"mlflow.sharedViewState.{VIEW}"
DESCRIPTION = (
    "Customer segments: a sweep is a parent run, with one run per configuration below it. "
    "[The columns that matter]({page})."
)
LOGGED_FIRST = ("oot_score", *PREFERRED_METRICS, "silhouette")
NAME_COLUMN = "attributes.`Run Name`"
NAME_WIDTH, NARROWEST, WIDEST, PER_CHARACTER, MARGIN = 230, 72, 110, 7, 16  # pixels
# The net is a judgement, which the sweep keeps: of a run the column would be empty.
RECORDED = tuple(name for name in LEADERBOARD_METRICS if name != "oot_net")
METRIC_COLUMNS = ("oot_score", "silhouette", *RECORDED, "inertia")
SHOWN_COLUMNS = {
    "tags.`eligible`": "eligible",
    f"tags.`{CHAMPION_TAG}`": CHAMPION_TAG,
    **{f"params.`{name}`": name for name in ("k", "scaler", "algorithm")},
    **{f"metrics.`{name}`": name for name in METRIC_COLUMNS},
}
"""Columns of the table of runs to their headings, the most important first."""


def runs_page(experiment_id: str) -> str:
    """Address, on a tracking server, of the runs of an experiment with the saved view."""
    view = f"viewStateShareKey={VIEW}&workflowType=machine_learning"
    return f"#/experiments/{experiment_id}/runs?{view}{_workspace()}"


def run_page(experiment_id: str, run_id: str) -> str:
    """Address, on a tracking server, of a run."""
    page = f"#/experiments/{experiment_id}/runs/{run_id}?workflowType=machine_learning"
    return page + _workspace()


def _workspace() -> str:
    """What an address needs on a server with workspaces; empty for the one that is always there."""
    name = get_request_workspace()
    if not name or name == DEFAULT_WORKSPACE_NAME:
        return ""
    return f"&workspace={quote(name, safe='')}"


def leaderboard_first(metrics: Mapping[str, float]) -> dict[str, float]:
    """What runs are ranked by, then the leaderboard: MLflow shows metrics as they were logged."""
    first = dict.fromkeys((*LOGGED_FIRST, *LEADERBOARD_METRICS))
    return {**{name: metrics[name] for name in first if name in metrics}, **metrics}


def eligibility(reasons: Sequence[str]) -> dict[str, str]:
    """Tags by which MLflow's table of runs shows how a run was judged last; nothing reads them.

    Parameters
    ----------
    reasons : sequence of str
        Why it is not eligible; empty when it is.
    """
    return {"eligible": str(not reasons).lower(), "ineligible_reason": "; ".join(reasons)}


def show_champion(
    client: MlflowClient, model_name: str, run_id: str, former_id: str | None
) -> None:
    """Mark the run of a champion in MLflow's table of runs; nothing reads this tag.

    Parameters
    ----------
    client : MlflowClient
    model_name : str
        Whose champion it is.
    run_id : str
    former_id : str or None
        The run of the champion before, which loses the mark.
    """
    if former_id is not None and former_id != run_id:
        _mark(client, former_id, lambda names: names - {model_name})
    _mark(client, run_id, lambda names: names | {model_name})


def _mark(client: MlflowClient, run_id: str, change: Callable[[set[str]], set[str]]) -> None:
    """Change the models whose champion a run is; one that was removed has no row to mark."""
    try:
        text = client.get_run(run_id).data.tags.get(CHAMPION_TAG, "")
    except MlflowException as error:
        if error.error_code == GONE:
            return
        raise
    names = change({name for name in text.split(", ") if name})
    client.set_tag(run_id, CHAMPION_TAG, ", ".join(sorted(names)))


def describe_experiment(client: MlflowClient, experiment: Experiment) -> None:
    """Describe an experiment and save a view of its runs, where it has none.

    By itself MLflow shows no metric in the table of runs.
    """
    page = runs_page(experiment.experiment_id)
    tags = {MLFLOW_RUN_NOTE: DESCRIPTION.format(page=page), VIEW_TAG: _view()}
    for name, value in tags.items():
        if name not in experiment.tags:
            client.set_experiment_tag(experiment.experiment_id, name, value)


def _view() -> str:
    """What decides of every run, in the form in which MLflow saves a view."""
    widths = {
        column: min(max(NARROWEST, MARGIN + PER_CHARACTER * len(name)), WIDEST)
        for column, name in SHOWN_COLUMNS.items()
    }
    state = {
        "selectedColumns": list(SHOWN_COLUMNS),
        "columnOrder": [NAME_COLUMN, *SHOWN_COLUMNS],
        "columnWidths": {NAME_COLUMN: NAME_WIDTH, **widths},
        "searchFilter": f"tags.kind != '{PROMOTION}'",
    }
    now = get_current_time_millis()
    view = {"name": "Segmentations", "createdAt": now, "updatedAt": now}
    return json.dumps({**view, "state": json.dumps(state)})
