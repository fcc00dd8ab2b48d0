"""What is not allowed, or not there, is one line with the remedy that helps."""

import sys

import pytest
from mlflow.exceptions import MlflowException
from mlflow.server import get_app_client

from segmentation.errors import UserError
from segmentation.tracking.refusals import (
    attempted,
    first_sentence,
    server_refusals_in_one_line,
)
from segmentation.tracking.store import open_store
from tests.helpers.commands import client, run_here, without_progress
from tests.helpers.servers import answering

MODEL, PASSWORD = "customer-segments", "a long password"
QUICK = ["evaluation=fast", "plots=none", "features=rfm", "data=transactions"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [("UNAUTHENTICATED", "MLFLOW_TRACKING_USERNAME"), ("PERMISSION_DENIED", "administrator")],
)
def test_a_refusal_is_one_line_with_its_own_remedy(code, remedy):
    error = MlflowException("no\nway")
    error.error_code = code
    uri = "http://me:hunter2@server:5000"
    with pytest.raises(UserError) as refused, server_refusals_in_one_line(uri, "record a run"):
        raise error
    told = str(refused.value)
    assert remedy in told
    assert "to record a run" in told
    assert "http://server:5000" in told
    assert "hunter2" not in told
    assert "\n" not in told


def test_other_errors_pass():
    with pytest.raises(MlflowException, match="broken"), server_refusals_in_one_line("x", "read"):
        raise MlflowException("broken")


def test_what_is_nice_to_have_fails_in_one_line():
    told = []

    def fails():
        raise ValueError("no paper\nno ink")

    assert attempted("done", lambda: None, told.append)
    assert not attempted("there is no report", fails, told.append)
    assert told == ["warning: there is no report (no paper)"]


def test_a_deleted_experiment_can_be_restored_or_named_otherwise(workplace):
    store = open_store("sqlite:///mlflow.db", "shop")
    store.client.delete_experiment(store.experiment_id)
    with pytest.raises(UserError) as refused:
        open_store("sqlite:///mlflow.db", "shop")
    told = str(refused.value)
    assert f"mlflow experiments restore --experiment-id {store.experiment_id}" in told
    assert "tracking.experiment" in told
    assert "\n" not in told


@pytest.fixture
def server(shop_with_champion):
    """A server with users, over a store with a champion, and its address."""
    here = f"sqlite:///{shop_with_champion}/mlflow.db"
    command = [sys.executable, "-m", "mlflow", "server", "--app-name", "basic-auth", "--workers=1"]
    secrets = {
        "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "of the test",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with answering([*command, "--backend-store-uri", here], **secrets) as address:
        yield address


@pytest.mark.slow
def test_who_may_only_read_scores_and_is_told_what_else_is_not_allowed(
    server, shop_with_champion, monkeypatch, capsys
):
    def types(*arguments, script="train.py"):
        capsys.readouterr()
        code = run_here(monkeypatch, *arguments, f"tracking.uri={server}", script=script)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return code, without_progress(captured.err).splitlines()

    shop = f"data.path={shop_with_champion / 'orders.csv'}"
    commands = [
        (["-m", *QUICK, shop, "k=2,3", "seed=7"], "train.py"),
        ([*QUICK, shop, "k=2", "seed=7"], "train.py"),
        (["rollback=true"], "register.py"),
    ]
    champion = client().get_model_version_by_alias(MODEL, "champion")
    (other, *_) = [
        run.info.run_id
        for run in client().search_runs([experiment_of(champion)], "tags.kind = 'segmentation'")
        if run.info.run_id != champion.run_id
    ]
    registering = [f"run_id={other}", "force=true"]
    for arguments, script in [*commands, (registering, "register.py")]:
        code, lines = types(*arguments, script=script)
        assert code == 2
        (line,) = lines
        assert "(401)" in line
        assert "MLFLOW_TRACKING_USERNAME" in line

    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    get_app_client("basic-auth", server).create_user("reader", PASSWORD)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "reader")
    for arguments, script in [*commands[:2], (registering, "register.py")]:
        code, lines = types(*arguments, script=script)
        assert code == 2
        (line,) = lines
        assert "(403)" in line
        assert "permission" in line
    code, lines = types(shop, "output=segments.csv", script="score.py")
    assert (code, lines) == (0, [])
    assert (shop_with_champion / "segments.csv").exists()
    assert client().get_registered_model(MODEL).aliases == {"champion": champion.version}


def experiment_of(version):
    return client().get_run(version.run_id).info.experiment_id


def test_of_a_long_error_the_first_sentence_is_told():
    assert first_sentence(ValueError("It is too old. Please migrate.\nSee")) == "It is too old"
