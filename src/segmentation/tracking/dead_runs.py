"""Runs of processes that were killed: they cannot say any more that they have ended (MLflow)."""

from mlflow.entities import ViewType

from segmentation.processes import Process
from segmentation.tracking.store import Store

PROCESS_TAG = "process"
"""Tag of a run: the process that works on it, see `processes.Process`."""
AT_ONCE = 1_000


def close_dead_runs(store: Store) -> list[str]:
    """Mark runs as KILLED that are open and whose process, on this host, is gone.

    Returns
    -------
    list of str
        Their names.
    """
    closed = []
    runs = store.client.search_runs(
        [store.experiment_id], "attributes.status = 'RUNNING'", ViewType.ACTIVE_ONLY, AT_ONCE
    )
    for run in runs:
        owner = Process.read(run.data.tags.get(PROCESS_TAG, ""))
        if owner is not None and owner.is_gone:
            store.client.set_terminated(run.info.run_id, "KILLED")
            closed.append(str(run.info.run_name))
    return closed
