"""A person is told which runs were closed for commands that were killed."""

from segmentation.jobs.killed import tell_closed
from segmentation.tracking.dead_runs import PROCESS_TAG
from segmentation.tracking.recording import create_run
from tests.tracking.test_dead_runs import GONE


def test_what_was_closed_is_said_once(store, capsys):
    store.client.set_tag(create_run(store, "kmeans k=2", {}), PROCESS_TAG, str(GONE))
    tell_closed(store)
    assert "closed as KILLED, because their command was: kmeans k=2" in capsys.readouterr().out
    tell_closed(store)
    assert capsys.readouterr().out == ""
