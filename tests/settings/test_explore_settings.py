"""What explore.py is told: where runs are recorded, and a history."""

import pytest

from segmentation.errors import UserError
from segmentation.settings.explore_settings import read_explore_settings


def test_nothing_has_to_be_typed():
    settings = read_explore_settings([])
    assert settings.history is None
    assert settings.tracking.uri == "sqlite:///mlflow.db"
    assert settings.tracking.experiment == "customer-segments"


def test_what_is_typed_is_read_whatever_signs_are_in_a_path():
    typed = ["history=my months, 2024.parquet", "tracking.experiment=other"]
    settings = read_explore_settings(typed)
    assert (settings.history, settings.tracking.experiment) == ("my months, 2024.parquet", "other")


def test_the_environment_says_where_runs_are_unless_it_is_typed(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///theirs.db")
    assert read_explore_settings([]).tracking.uri == "sqlite:///theirs.db"
    typed = read_explore_settings(["tracking.uri=sqlite:///mine.db"])
    assert typed.tracking.uri == "sqlite:///mine.db"


@pytest.mark.parametrize("typed", ["histry=a", "k=3", "tracking.urll=a"])
def test_what_is_no_option_is_one_line(typed):
    with pytest.raises(UserError, match=typed.partition("=")[0].rpartition(".")[2]) as refused:
        read_explore_settings([typed])
    assert "\n" not in str(refused.value)
