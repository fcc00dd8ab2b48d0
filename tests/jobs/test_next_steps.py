import re
import textwrap

import pandas as pd
import pytest

from segmentation.jobs.next_steps import print_next_steps
from segmentation.tracking.aliases import CHALLENGER, CHAMPION, DRY, Registration
from segmentation.tracking.mlflow_views import runs_page
from segmentation.tracking.store import Store, open_store

SEGMENTS = pd.DataFrame(
    {
        "segment": [0],
        "name": ["champions"],
        "customers": [279],
        "customer_share": [0.064],
        "revenue": [250_000.0],
        "revenue_share": [0.494],
        "orders_median": [17.0],
        "action": ["retain"],
    }
)


@pytest.fixture
def printed(shop_with_champion, capsys):
    def show(version, alias, segments=SEGMENTS):
        store = open_store("sqlite:///mlflow.db", "customer-segments")
        registration = Registration("customer-segments", version, alias, "it is so")
        print_next_steps(store, registration, segments, runs_page(store.experiment_id), {})
        return capsys.readouterr().out

    return show


def test_the_printed_python_is_ready_to_paste(printed):
    shown = printed("1", CHAMPION)
    block = textwrap.dedent(shown[shown.index("  import mlflow") :])
    customers = pd.DataFrame({"recency_days": [3.0], "orders": [21.0], "revenue": [5000.0]})
    names = {"customers": customers}
    exec(block.replace("model.predict(", "segments = model.predict("), names)
    assert names["segments"].shape == (1, 5)


def test_what_became_of_the_segments_of_the_champion_is_said(shop_with_champion, capsys):
    store = open_store("sqlite:///mlflow.db", "customer-segments")
    changes = ('segment 4 "overdue" was "dormant" before',)
    would_be = Registration("customer-segments", DRY, CHALLENGER, "it is so", changes=changes)
    print_next_steps(store, would_be, None, "", {})
    assert capsys.readouterr().out == f"it is so.\n- {changes[0]}\n"


def test_the_segments_and_what_to_do_with_them_are_printed(printed):
    shown = printed("1", CHAMPION).split("Next:")[0]
    facts = ("champions", "279", "6.4%", "49.4%", "orders", "17.00", "retain")
    assert [fact for fact in facts if fact not in shown] == []


@pytest.mark.parametrize("alias", [CHAMPION, CHALLENGER])
def test_the_command_scores_with_the_version_that_was_registered(printed, alias):
    line = printed("1", alias).split("score.py")[1].splitlines()[0]
    assert line.endswith(f" model=models:/customer-segments@{alias}")


def test_the_page_to_open_is_that_of_the_server_that_is_started(printed):
    command, page = printed("1", CHAMPION).split("Next:")[1].split("\n")[2:4]
    assert re.search(r"mlflow ui --backend-store-uri sqlite:////.*/mlflow\.db$", command)
    assert page.strip().startswith("http://127.0.0.1:5000/#/experiments/1/runs?viewStateShareKey=")


def test_a_server_is_only_opened_by_an_address_without_password(capsys):
    address = "https://me:hunter2@tracking.example"
    store = Store(address, "7", address)
    registration = Registration("customer-segments", "1", CHAMPION, "it is so")
    print_next_steps(store, registration, SEGMENTS, runs_page("7"), {})
    shown = capsys.readouterr().out.split("import mlflow")[0]
    assert "https://tracking.example/#/experiments/7/runs?" in shown
    assert "mlflow ui" not in shown
    assert "hunter2" not in shown


def test_nothing_comes_after_what_was_only_tried(printed):
    assert printed(DRY, CHAMPION, None) == "it is so.\n"
