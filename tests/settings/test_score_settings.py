"""What is typed for score.py, as plain values."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.data.transactions import KEPT
from segmentation.engine.connection import DUCKDB
from segmentation.errors import UserError
from segmentation.settings.score_settings import read_score_settings
from tests.helpers.commands import REPO


@pytest.fixture
def read():
    def composed(*typed):
        GlobalHydra.instance().clear()
        with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
            return read_score_settings(compose("score", list(typed)))

    return composed


@pytest.mark.slow
def test_lines_are_read_with_the_columns_that_are_kept(read, shop_csv):
    typed = [f"data.path={shop_csv}", "output=now.csv", "keep=[product]"]
    settings, read_lines, engine = read(*typed)
    assert (settings.output, engine) == ("now.csv", DUCKDB)
    assert f"{KEPT}Product" in read_lines({}).lines.columns


def test_a_column_that_is_not_there_cannot_be_kept(read, shop_csv):
    _, read_lines, _ = read(f"data.path={shop_csv}", "output=now.csv", "keep=[email]")
    with pytest.raises(UserError, match=r"^keep=email not found; the file has: Customer ID, Invo"):
        read_lines({})


def test_to_forget_neither_lines_nor_a_list_are_needed(read):
    settings, _, _ = read("forget=7", "history=history.parquet")
    assert (settings.forget, settings.output) == ("7", "")
    assert read("forget=7", "output=now.csv")[0].output == "now.csv"


@pytest.mark.parametrize(
    ("typed", "lacking"), [(["output=now.csv"], "data.path"), (["data.path=a.csv"], "output")]
)
def test_to_score_both_are(read, typed, lacking):
    with pytest.raises(UserError, match=rf"^'{lacking}' has no value and must be given"):
        read(*typed)


def test_an_instant_that_is_none_is_refused_before_the_lines_are_read(read):
    with pytest.raises(UserError, match="as_of='tomorrow' must be a date"):
        read("data.path=nowhere.csv", "output=now.csv", "as_of=tomorrow")
