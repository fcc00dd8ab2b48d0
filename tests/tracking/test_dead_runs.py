"""Runs of processes that were killed are closed; those of the living and of others are not."""

from dataclasses import replace

from segmentation.processes import Process
from segmentation.tracking.dead_runs import PROCESS_TAG, close_dead_runs
from segmentation.tracking.recording import create_run

GONE = replace(Process.this(), noted_at=1.0)


def test_runs_of_dead_processes_of_this_host_are_closed_and_no_others(store):
    runs = {name: create_run(store, name, {}) for name in ("dead", "living", "elsewhere", "old")}
    client = store.client
    assert not Process.read(client.get_run(runs["living"]).data.tags[PROCESS_TAG]).is_gone
    client.set_tag(runs["dead"], PROCESS_TAG, str(GONE))
    client.set_tag(runs["elsewhere"], PROCESS_TAG, str(replace(GONE, host="elsewhere")))
    client.delete_tag(runs["old"], PROCESS_TAG)
    assert close_dead_runs(store) == ["dead"]
    status = {name: client.get_run(run_id).info.status for name, run_id in runs.items()}
    assert status == {"dead": "KILLED"} | dict.fromkeys(("living", "elsewhere", "old"), "RUNNING")
    assert client.get_run(runs["dead"]).info.end_time


def test_what_has_ended_stays_as_it_is(store):
    run_id = create_run(store, "done", {})
    store.client.set_tag(run_id, PROCESS_TAG, str(GONE))
    store.client.set_terminated(run_id, "FINISHED")
    assert close_dead_runs(store) == []
    assert store.client.get_run(run_id).info.status == "FINISHED"
