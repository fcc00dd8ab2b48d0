"""register.py as a user types it, on the runs of a sweep over the made-up shop."""

from pathlib import Path

import pytest

from segmentation.tracking.aliases import CHALLENGER, CHAMPION, PREVIOUS
from tests.helpers.commands import active_runs, client, without_progress
from tests.helpers.registry import MODEL, aliases, version


@pytest.fixture
def others(shop_with_champion):
    """Runs of the sweep that are not the champion, by their number of segments."""
    runs = [run for run in active_runs() if run.data.tags["kind"] == "segmentation"]
    return {
        int(run.data.params["k"]): run.info.run_id
        for run in runs
        if run.info.run_id != version(CHAMPION).run_id
    }


def refusal(captured):
    """The one line of an error."""
    assert "Traceback" not in captured.out + captured.err
    (line,) = without_progress(captured.err).splitlines()
    assert line.startswith("error: ")
    return line


def test_without_arguments_the_best_of_the_newest_sweep_is_registered(register, capsys):
    best = version(CHAMPION).run_id
    client().delete_registered_model(MODEL)
    assert register() == 0
    assert version(CHAMPION).run_id == best
    assert "is the first champion" in capsys.readouterr().out
    promotion = client().get_run(version(CHAMPION).tags["promotion_run"])
    assert promotion.data.tags["command"].endswith("register.py")


@pytest.mark.slow
def test_the_sweep_can_be_named(register, capsys):
    (parent,) = [run for run in active_runs() if run.data.tags["kind"] == "sweep"]
    assert register(f"sweep_run={parent.info.run_id}") == 0
    assert "already is the champion, version 1" in capsys.readouterr().out
    assert aliases() == {CHAMPION: 1}


@pytest.mark.slow
def test_a_challenger_waits_until_it_is_forced(register, others, capsys):
    chosen = f"run_id={others[min(others)]}"
    assert register(chosen, "selection.max_reassigned=0") == 0
    assert aliases() == {CHAMPION: 1, CHALLENGER: 2}
    printed = capsys.readouterr().out
    assert "becomes the challenger of champion version 1" in printed
    assert "model=models:/customer-segments@challenger" in printed
    assert register(chosen, "selection.max_reassigned=0", "force=true") == 0
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}
    assert "by force" in capsys.readouterr().out


@pytest.mark.slow
def test_a_dry_run_changes_nothing(register, others, capsys):
    assert register(f"run_id={next(iter(others.values()))}", "force=true", "dry=true") == 0
    assert "would be: " in capsys.readouterr().out
    assert aliases() == {CHAMPION: 1}
    assert len(client().search_model_versions(f"name = '{MODEL}'")) == 1


@pytest.mark.slow
def test_a_run_that_a_person_chose_and_back_to_the_previous_champion(register, others, capsys):
    run_id = next(iter(others.values()))
    assert register(f"run_id={run_id}", "force=true") == 0
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}
    assert version(CHAMPION).run_id == run_id
    printed = capsys.readouterr().out
    assert "replaces champion version 1 by force" in printed
    assert "models:/customer-segments@champion is version 2" in printed
    assert register("rollback=true", "dry=true") == 0
    assert "would be: rolled back from version 2 to version 1" in capsys.readouterr().out
    assert aliases() == {CHAMPION: 2, PREVIOUS: 1}
    assert register("rollback=true") == 0
    assert "rolled back from version 2 to version 1" in capsys.readouterr().out
    assert aliases() == {CHAMPION: 1, PREVIOUS: 2}
    tags = version(CHAMPION).tags
    assert tags["decision"] == "first champion", "as it was first registered"
    assert "is the first champion; rolled back from" in version(CHAMPION).description
    assert "train.py -m" in client().get_run(tags["promotion_run"]).data.tags["command"]
    made, returned = tags["promotion_run"], tags["rolled_back_in"]
    assert made != returned
    told = client().get_run(returned).data.tags
    assert told["decision"] == "rolled back from version 2 to version 1"
    assert told["command"].endswith("register.py rollback=true")
    for promotion in (made, returned):
        files = {file.path for file in client().list_artifacts(promotion)}
        assert {"decision.json", "report.html"} <= files


@pytest.mark.slow
def test_a_version_stays_judged_as_it_was(register, others, capsys):
    run_id = next(iter(others.values()))
    assert register(f"run_id={run_id}", "force=true") == 0
    strict = "selection.min_smallest_segment_share=0.49"
    assert register("rollback=true", strict) == 0
    returned = version(CHAMPION).tags["rolled_back_in"]
    file = client().download_artifacts(returned, "report.html")
    report = Path(file).read_text(encoding="utf-8")
    assert "Not eligible" not in report
    assert "rolled back from version 2 to version 1" in report
    assert "registered by hand" not in report


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run_id=0123456789abcdef"], "run_id='0123456789abcdef' is not in"),
        (["sweep_run=0123456789abcdef"], "sweep_run='0123456789abcdef' is no sweep"),
        (["sweep=0123456789abcdef"], "sweep is called sweep_run now"),
        (["rollback=true"], "has no previous champion"),
        (["rollback=true", "run_id=0123"], "run_id= and rollback= cannot go together"),
        (["sweep_run=0123", "run_id=0123"], "run_id= and sweep_run= cannot go together"),
        (["selection.min_segments=9"], "No run is eligible"),
        (["tracking.experiment=empty"], "no finished sweep"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(register, capsys, arguments, said):
    assert register(*arguments) == 2
    assert said in refusal(capsys.readouterr())
    assert aliases() == {CHAMPION: 1}


@pytest.mark.slow
def test_a_child_is_no_sweep_and_a_parent_no_run(register, others, capsys):
    assert register(f"sweep_run={next(iter(others.values()))}") == 2
    assert "is no sweep with runs" in refusal(capsys.readouterr())
    (parent,) = [run for run in active_runs() if run.data.tags["kind"] == "sweep"]
    assert register(f"run_id={parent.info.run_id}", "force=true") == 2
    assert "is no run of one configuration" in refusal(capsys.readouterr())
    promotion = version(CHAMPION).tags["promotion_run"]
    assert register(f"run_id={promotion}", "force=true") == 2
    assert "is no run of one configuration" in refusal(capsys.readouterr())


@pytest.mark.slow
def test_a_run_that_is_not_eligible_needs_force(register, others, capsys):
    chosen = [f"run_id={next(iter(others.values()))}", "selection.min_segments=9"]
    assert register(*chosen) == 2
    line = refusal(capsys.readouterr())
    assert "segments, at least 9 needed" in line
    assert "force=true" in line
    assert register(*chosen, "force=true", "dry=true") == 0
    assert "segments, at least 9 needed" in capsys.readouterr().out


@pytest.mark.slow
def test_every_decision_stays_on_record_the_newest_first(register, others, capsys):
    assert register("promotions=true", "tracking.model_name=another") == 0
    assert "Nothing has been decided on this model yet." in capsys.readouterr().out
    assert register(f"run_id={next(iter(others.values()))}", "force=true") == 0
    assert register("rollback=true") == 0
    before = len(active_runs())
    capsys.readouterr()
    assert register("promotions=true") == 0
    printed = capsys.readouterr().out
    told = ["rolled back from version 2", "replaces champion version 1", "is the first champion"]
    places = [printed.index(decision) for decision in told]
    assert places == sorted(places)
    assert printed.count("; promotion ") == 3
    assert "train.py -m" in printed
    assert "register.py rollback=true" in printed
    assert len(active_runs()) == before
    assert aliases() == {CHAMPION: 1, PREVIOUS: 2}
