"""The facade: what a notebook imports gives what the scripts record, and says what it refuses."""

import doctest
from dataclasses import replace

import ibis
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans

import segmentation as sg
from segmentation import api
from segmentation.evaluation.options import DrawOptions, EvaluationOptions
from segmentation.recipe import recipe_of
from segmentation.segmented import Segmentation
from tests.helpers.commands import child_runs, parent_runs
from tests.helpers.shop import shop_lines, write_shop


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    return sg.measure(write_shop(tmp_path_factory.mktemp("shop") / "orders.csv"))


@pytest.fixture(scope="module")
def found(customers):
    return sg.segment(customers, features="rfm", k=3, evaluation="fast")


@pytest.mark.slow
def test_the_examples_of_the_docstrings_are_true(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_shop(tmp_path / "orders.csv")
    results = doctest.testmod(api)
    assert results.attempted >= 7
    assert results.failed == 0


def test_every_public_name_can_be_had_and_is_listed():
    assert set(sg.__all__) == set(sg.PUBLIC) <= set(dir(sg))
    for name in sg.__all__:
        assert getattr(sg, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'mesure'"):
        _ = sg.mesure


@pytest.mark.slow
def test_frames_tables_and_files_are_measured_alike(customers):
    lines = shop_lines()
    for source in (lines, ibis.memtable(lines)):
        measured = sg.measure(source)
        pd.testing.assert_frame_equal(measured.table, customers.table)
        assert measured.report.fingerprint == customers.report.fingerprint
    assert len(customers.table) == 300
    assert len(customers.pasts_of(0.25)) == 2


@pytest.mark.parametrize("describe", ["Product", ["Product"]])
@pytest.mark.slow
def test_columns_that_describe_are_those_of_the_result(customers, describe):
    described = sg.measure(shop_lines(), describe=describe)
    pd.testing.assert_frame_equal(described.table, customers.table)
    found = sg.segment(described, features="rfm", k=3, evaluation="fast").descriptions
    assert set(found["column"]) == {"Product"}
    of_first = found[found["segment"] == 0]
    assert len(of_first) == 50
    assert of_first["over_index"].iloc[0] > 1
    with pytest.raises(sg.UserError, match="column 'chanel' not found; there are: Customer ID"):
        sg.measure(shop_lines(), describe="chanel")


@pytest.mark.slow
def test_both_rules_set_customers_apart_and_the_report_counts_new_ones_without(tmp_path):
    lines = shop_lines()
    late = lines["Invoice Date"].max() - pd.Timedelta("1D")
    come = lines[lines["Customer ID"] < 20].drop_duplicates("Customer ID")
    come = come.assign(Invoice=[f"n{n}" for n in range(20)], **{"Invoice Date": late})
    come["Customer ID"] += 1000
    customers = sg.measure(pd.concat([lines, come]))
    options = {"k": 3, "evaluation": "fast"}
    found = sg.segment(customers, newcomers="one_gap", key_accounts="top_1_percent", **options)
    assert found.metrics["n_new_customers"] == (found.labels == 4).sum() == 20
    assert set(found.labels[[str(n) for n in range(1000, 1020)]]) == {4}
    apart = found.metrics["n_new_customers"] + found.metrics["n_key_accounts"]
    assert found.metrics["n_customers"] == len(customers.table) - apart
    assert found.metrics["n_segments"] == 3
    assert found.names[0] == "key accounts"
    assert found.names[4] == "new"
    assert found.predict(customers)["segment"].tolist() == found.labels.tolist()
    without = sg.segment(customers, **options)
    assert "n_new_customers" not in without.metrics
    assert sum(name.new_customers for name in without.segment_names) == 20
    pages = [each.report(tmp_path / "r.html").read_text("utf-8") for each in (found, without)]
    assert ["New are customers with one order" in page for page in pages] == [False, True]
    assert all("Kaplan-Meier" in page for page in pages)
    both = sg.compare(customers, newcomers=["none", "one_gap"], **options)
    assert len(both.table) == 2


@pytest.mark.slow
def test_data_that_needs_no_file_is_measured_by_its_name():
    measured = sg.measure("complete_journey", horizon_share=None)
    assert len(measured.table) == 2469
    assert measured.table["revenue"].median() == pytest.approx(1212.27, abs=5)


@pytest.mark.slow
def test_the_rfm_grid_is_an_algorithm_like_any_other(customers):
    grid = sg.segment(customers, algorithm="rfm_grid", features="rfm", k=3)
    assert grid.metrics["n_segments"] == grid.metrics["k"] == 3
    assert grid.metrics["stability_min"] > 0.7
    assert {"null_p", "oot_r2", "silhouette"} <= set(grid.metrics)
    assert grid.predict(customers)["segment"].equals(grid.labels)
    both = sg.compare(
        customers, algorithm=["kmeans", "rfm_grid"], features="rfm", k=3, evaluation="fast"
    )
    assert set(both.table["name"]) == {"kmeans k=3 log rfm", "rfm_grid k=3 log rfm"}
    with pytest.raises(sg.UserError, match=r"recency_days is not among .* set features=rfm"):
        sg.segment(customers, algorithm="rfm_grid", features="value")


def test_a_notebook_gets_what_a_sweep_records(shop_with_champion, customers):
    (parent,) = parent_runs()
    recorded = {run.data.params["k"]: run.data.metrics for run in child_runs(parent)}
    for k, metrics in recorded.items():
        found = sg.segment(customers, features="rfm", k=int(k), evaluation="fast")
        measured = {key: value for key, value in found.metrics.items() if "seconds" not in key}
        assert measured == {key: metrics[key] for key in measured}


@pytest.mark.slow
def test_a_segmentation_tells_what_it_found(found, customers, tmp_path):
    assert found.labels.index.equals(customers.table.index)
    assert set(found.labels) == {0, 1, 2}
    assert set(found.names) == {-1, 0, 1, 2}
    assert found.profile["customers"].sum() == 300
    predicted = found.predict(customers)
    assert (predicted["segment"] == found.labels).all()
    assert (predicted["name"] == found.labels.map(found.names)).all()
    html = found._repr_html_()
    assert all(found.names[segment] in html for segment in range(3))
    report = found.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(found.names[segment] in report for segment in range(3))
    assert "version" not in report.split("</header>")[0]
    assert "load_model" not in report


def test_a_picture_is_drawn_by_its_name_and_others_are_refused(found):
    assert found.plot("shares").axes
    with pytest.raises(sg.UserError, match="'sharks' is unknown; choose one of: shares, medians"):
        found.plot("sharks")
    with pytest.raises(sg.UserError, match="nothing to show"):
        found.plot("stability")


def test_any_estimator_is_an_algorithm(customers):
    found = sg.segment(customers, algorithm=KMeans(n_clusters=2, random_state=0), evaluation="fast")
    assert isinstance(found, Segmentation)
    assert found.recipe.k == 2
    assert set(found.labels) == {0, 1}


def test_comparing_takes_every_combination_once_and_chooses(customers):
    compared = sg.compare(
        customers, features="rfm", k=[2, 3], algorithm=["kmeans", "hdbscan"], evaluation="fast"
    )
    names = set(compared.table["name"])
    assert names == {"kmeans k=2 log rfm", "kmeans k=3 log rfm", "hdbscan log rfm"}
    assert compared.best is compared.segmentations[compared.verdict.run_id]
    assert compared.verdict.sentence in compared._repr_html_()
    assert compared.table["score"].iloc[0] == compared.table["score"].max()


def test_lists_of_features_are_one_set_and_options_are_several(customers):
    one = sg.compare(customers, features=["revenue", "orders"], k=2, evaluation="fast")
    assert list(one.table["name"]) == ["kmeans k=2 log revenue+orders"]
    two = sg.compare(customers, features=["value", "rfm"], k=2, evaluation="fast")
    assert set(two.table["name"]) == {"kmeans k=2 log value", "kmeans k=2 log rfm"}


OUTSIDE = EvaluationOptions(null_test=DrawOptions(1))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda customers: sg.segment(customers, seed=-1), "seed=-1 must be from 0"),
        (lambda customers: sg.segment(customers, recipe_of(seed=2**32)), "seed=4294967296 must"),
        (
            lambda customers: sg.segment(customers, replace(recipe_of(), key_account_share=1.0)),
            "key_account_share=1 must be above 0 and below 1; set key_account_share=null",
        ),
        (
            lambda customers: sg.segment(customers, evaluation=OUTSIDE),
            "evaluation.null_test.draws=1 must be at least 2; set evaluation.null_test.draws=20",
        ),
        (lambda customers: sg.compare(customers, seed=[1, 1.5]), "seed=1.5 must be a whole number"),
        (
            lambda customers: sg.compare(customers, selection=sg.SelectionRules(min_segments=0)),
            "min_segments=0 must be at least 1; set min_segments=2",
        ),
        (
            lambda customers: sg.compare(customers, selection=sg.SelectionRules(metric="nope")),
            "selection.metric=nope is no metric of which higher is better; set one of: silhouette",
        ),
    ],
)
def test_a_number_outside_its_range_is_refused_before_anything_is_computed(
    customers, ask, message, monkeypatch
):
    monkeypatch.setattr("segmentation.api.segment_customers", pytest.fail)
    monkeypatch.setattr("segmentation.api.compared", pytest.fail)
    with pytest.raises(sg.UserError, match=message):
        ask(customers)


@pytest.mark.parametrize("share", [0, 1, 2.5, -0.25])
def test_a_horizon_outside_its_range_is_refused_before_anything_is_read(share):
    with pytest.raises(sg.UserError, match=rf"horizon_share={share} must be above 0 and below 1"):
        sg.measure("no such file.csv", horizon_share=share)


def test_what_is_not_eligible_is_not_the_best(customers):
    strict = sg.SelectionRules(min_segments=5)
    compared = sg.compare(customers, selection=strict, k=2, evaluation="fast")
    assert "at least 5 needed" in compared.table["ineligible_reason"].iloc[0]
    with pytest.raises(sg.UserError, match="No run is eligible"):
        _ = compared.best


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": "rmf"}, "features=rmf is not an option; choose one of: behaviour, rfm"),
        ({"features": ["revenu"]}, "feature 'revenu' is unknown"),
        ({"algorithm": "kmean"}, "algorithm=kmean is not an option"),
        ({"k": 301}, "k=301 is more than a tenth of the 300 customers"),
    ],
)
def test_a_mistake_is_one_line(customers, options, message):
    with pytest.raises(sg.UserError, match=message):
        sg.segment(customers, evaluation="fast", **options)


def test_what_cannot_place_new_customers_is_refused(customers):
    with pytest.raises(sg.UserError, match="has no predict, so new customers cannot be scored"):
        sg.segment(customers, algorithm=AgglomerativeClustering(3), evaluation="fast")


def test_a_recipe_and_options_do_not_go_together(customers, found):
    with pytest.raises(sg.UserError, match="a recipe says everything already; leave out k"):
        sg.segment(customers, found.recipe, k=9)


def test_nothing_to_compare_is_said(customers):
    with pytest.raises(sg.UserError, match="nothing to compare"):
        sg.compare(customers, k=[])


def test_an_unknown_option_of_a_comparison_is_refused(customers):
    with pytest.raises(sg.UserError, match="option 'kk' is unknown; options are: features, k"):
        sg.compare(customers, kk=[2])
