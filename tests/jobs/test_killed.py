"""A person is told which runs were closed for commands that were killed."""

from dataclasses import replace

from segmentation.jobs.killed import open_tidied
from segmentation.processes import Process
from segmentation.tracking.dead_runs import PROCESS_TAG
from segmentation.tracking.recording import create_run


def test_what_was_closed_is_said_once(store, capsys):
    gone = replace(Process.this(), noted_at=1.0)
    store.client.set_tag(create_run(store, "kmeans k=2", {}), PROCESS_TAG, str(gone))
    assert open_tidied(store.uri, "test") == store
    assert "closed as KILLED, because their command was: kmeans k=2" in capsys.readouterr().out
    open_tidied(store.uri, "test")
    assert capsys.readouterr().out == ""
