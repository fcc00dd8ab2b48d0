"""What commands that were killed have left open in the store."""

from segmentation.console.terminal import say
from segmentation.tracking.dead_runs import close_dead_runs
from segmentation.tracking.store import Store, open_store


def open_tidied(uri: str, experiment: str) -> Store:
    """Open a store, see `store.open_store`, and close the runs of killed commands of this host."""
    store = open_store(uri, experiment)
    if closed := close_dead_runs(store):
        say(f"closed as KILLED, because their command was: {'; '.join(closed)}")
    return store
