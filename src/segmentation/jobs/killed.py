"""What commands that were killed have left open in the store."""

from segmentation.console.terminal import say
from segmentation.tracking.dead_runs import close_dead_runs
from segmentation.tracking.store import Store


def tell_closed(store: Store) -> None:
    """Close the runs of killed commands of this host, and say so in one line."""
    if closed := close_dead_runs(store):
        say(f"closed as KILLED, because their command was: {'; '.join(closed)}")
