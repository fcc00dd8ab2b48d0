"""The view of one customer: its values, its segment, and how near the next one is."""

import pytest

from segmentation.tracking.reading import finished_runs, read_store, sweeps
from tests.helpers.explored import labelled, told, view


@pytest.fixture
def run(explored, monkeypatch):
    monkeypatch.chdir(explored)
    store = read_store("sqlite:///mlflow.db", "customer-segments")
    runs = finished_runs(store, sweeps(store)[0].run_id)
    return next(run for run in runs if run.params["k"] == "3")


def test_a_customer_stands_beside_its_segment_and_the_next(page, run):
    opened = view(page(), "One customer")
    labelled(opened.text_input, "Customer").set_value(" 150 ").run()
    customer = run.customers().loc[["150"]]
    segmenter = run.segmenter()
    said = segmenter.describe(customer[list(segmenter.feature_names_in_)]).iloc[0]
    assert f"Customer 150 is in: {said['name']}" in told(opened)
    values = opened.dataframe[0].value.set_index("feature")
    profile = run.profile().set_index("segment")
    for feature in ("recency_days", "orders", "revenue"):
        row = values.loc[feature]
        assert row["this customer"] == pytest.approx(customer[feature].iloc[0], abs=0.01)
        median = profile.loc[said["segment"], f"{feature}_median"]
        assert row[f"median of {said['name']}"] == pytest.approx(median, abs=0.01)
    own, near = (
        float(labelled(opened.metric, f"distance to {which} segment").value)
        for which in ("its own", "the next")
    )
    assert own < near
    assert (near - own) / (near + own) == pytest.approx(said["confidence"], abs=0.02)
    assert labelled(opened.metric, "confidence").value == f"{said['confidence']:.2f}"


def test_an_unknown_id_is_said(page):
    opened = view(page(), "One customer")
    labelled(opened.text_input, "Customer").set_value("nobody").run()
    assert "No such customer" in opened.info[0].value


def test_whose_model_is_gone_still_has_values(page, monkeypatch):
    from segmentation.errors import UserError

    def gone(run):
        raise UserError("the model cannot be loaded any more; run it again with reuse=false")

    monkeypatch.setattr("segmentation.explore.held.segmenter_of", gone)
    opened = view(page(), "One customer")
    assert "reuse=false" in opened.error[0].value
    assert len(opened.dataframe[0].value) == 3
    assert not opened.metric


def test_what_a_month_lacks_for_the_model_is_said(page, monkeypatch):
    monkeypatch.setattr(
        "segmentation.explore.customer_view.missing_features", lambda *_: ["average_order_value"]
    )
    opened = view(page(), "One customer")
    assert "lacks average_order_value" in opened.info[0].value
    assert len(opened.dataframe[0].value) == 3


@pytest.mark.slow
def test_a_month_is_explained_by_the_model_that_scored_it(page, run):
    opened = page("history=history.parquet")
    labelled(opened.selectbox, "Run").set_value(_other_run(run)).run()
    when = labelled(opened.selectbox, "Customers as of")
    month = next(option for option in when.options if "2024-05-01" in option)
    when.set_value(month).run()
    view(opened, "One customer")
    values = opened.dataframe[0].value.set_index("feature").drop(columns="this customer")
    profile = run.profile().set_index("name")
    assert len(values.columns) == 2
    for column in values:
        median = profile.loc[column.removeprefix("median of "), "revenue_median"]
        assert values.loc["revenue", column] == pytest.approx(median, abs=0.01)


def _other_run(run):
    runs = finished_runs(run.store, run.parent_id)
    return next(each.run_id for each in runs if each.params["k"] == "4")
