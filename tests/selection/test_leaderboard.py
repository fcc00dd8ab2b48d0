"""The columns of the leaderboard say what the rows of their metrics say."""

from segmentation.evaluation.metrics import METRICS
from segmentation.selection.leaderboard import COLUMNS, columns_of, legend


def test_every_column_is_a_metric_with_the_meaning_of_its_row():
    assert len({column.metric for column in COLUMNS}) == len(COLUMNS)
    for column in COLUMNS:
        assert column.meaning == METRICS[column.metric].meaning


def test_the_legend_explains_the_columns_that_are_shown():
    shown = columns_of([{"oot_r2": 0.2, "noise_share": 0.0}, {"oot_r2": float("nan")}])
    assert [column.metric for column in shown] == ["oot_r2"]
    assert legend(shown) == f"R²: {METRICS['oot_r2'].meaning}"
    assert shown[0].text({"oot_r2": 0.2}) == "0.200"
    assert shown[0].text({}) == ""
