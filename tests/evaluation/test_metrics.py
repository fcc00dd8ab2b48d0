"""Every metric has one row, which says the same wherever it is shown."""

import re

import numpy as np
import pytest

from docs import write_metrics
from segmentation.evaluation.assessment import assess
from segmentation.evaluation.metrics import METRICS, Metric, metric
from segmentation.evaluation.options import (
    DrawOptions,
    EvaluationOptions,
    OutOfTimeOptions,
    StabilityOptions,
)
from segmentation.model.clusterers import HDBSCANClusterer
from segmentation.model.fitting import fit_segmenter
from segmentation.model.principal_mixture import PrincipalMixture
from tests.helpers.commands import REPO
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import measured_of, past_of

PAGE = (REPO / "docs" / "evaluation.md").read_text(encoding="utf-8")
FULL = EvaluationOptions(
    exact_max=100,
    stability=StabilityOptions(draws=3),
    null_test=DrawOptions(draws=3),
    out_of_time=OutOfTimeOptions(),
)
FITS = [
    (CLUSTERERS["kmeans"], 0.1, 1.0),
    (PrincipalMixture(2),),
    (HDBSCANClusterer(min_cluster_size=0.1),),
]


@pytest.fixture(scope="module")
def measured(table):
    """Metrics of full assessments of all algorithms, with all set apart and the future."""
    days = np.arange(len(table), dtype=float)
    table = table.assign(recency_days=days, tenure_days=days + 60, mean_gap_days=30.0)
    table.loc[table.index[:20], "orders"] = 1.0
    spent = np.random.default_rng(0).exponential(table["revenue"]) * (np.arange(len(table)) % 4 > 0)
    past = past_of(table, spent)
    customers = measured_of(table, past, past)
    features = ["recency_days", "orders", "revenue"]
    fits = (fit_segmenter(table, features, log_scaler(), *options) for options in FITS)
    return [assess(fit, customers, FULL, seed=0).metrics for fit in fits]


def test_all_that_is_measured_has_a_row_and_all_rows_are_measured(measured):
    names = {name for metrics in measured for name in metrics}
    assert [name for name in sorted(names) if metric(name) is None] == []
    # Measured once per sweep, and what selection makes of a score.
    assert set(METRICS) - names == {"oot_ceiling", "oot_net"}
    assert {name for name in names if name.startswith("seconds_")} == {
        f"seconds_{part}" for part in ("validity", "stability", "null", "out_of_time")
    }


def test_what_is_measured_keeps_within_the_bounds_of_its_row(measured):
    for metrics in measured:
        for name, value in metrics.items():
            low, high = metric(name).bounds
            assert low is None or value >= low, name
            assert high is None or value <= high, name


def test_a_row_is_one_sentence_without_a_full_stop():
    for name, row in METRICS.items():
        assert row.name == name
        assert re.fullmatch(r"[^\n|`]+[^.\n|`]", row.meaning)
        assert row.unit
        assert row.better in ("higher", "lower", "")
        low, high = row.bounds
        assert low is None or high is None or low < high


def test_what_is_none_of_ours_has_no_row_and_a_cost_has_one_by_its_prefix():
    assert metric("rules_accuracy") is None
    assert metric("seconds_out_of_time") == Metric(
        "seconds_out_of_time",
        "time that the part out of time took",
        "seconds",
        "lower",
        (0.0, None),
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("oot_r2", 0.2234, "22.3%"), ("oot_auc", 0.7, "0.700"), ("noise_share", 0.05, "5.0%")],
)
def test_a_share_is_shown_as_a_percentage(name, value, text):
    assert METRICS[name].text(value) == text


def test_the_page_states_every_row_and_is_current():
    assert write_metrics.page(PAGE) == PAGE, (
        "run `uv run docs/write_metrics.py` and commit the page"
    )
    for name, row in METRICS.items():
        (line,) = re.findall(rf"^\| `{name}` \| (.+?) \|", PAGE, re.MULTILINE)
        assert line == row.meaning


def test_every_metric_that_the_page_speaks_of_has_a_row():
    families = "n|noise|smallest|largest|effective|silhouette|inertia|stability|null|oot|seconds"
    spoken = set(re.findall(rf"`((?:{families})_\w+)`", PAGE))
    assert len(spoken) > 25
    assert [name for name in sorted(spoken) if metric(name) is None] == []
