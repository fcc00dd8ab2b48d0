"""The view of customers: what is filtered is counted, shown and offered."""

import pandas as pd
import pytest

from tests.helpers.explored import labelled, view


@pytest.fixture
def listed(explored):
    """The list that the sweep left for people."""
    (file,) = explored.glob("outputs/*/*/customers.csv")
    return pd.read_csv(file, dtype={"customer_id": str})


def shown(page):
    return page.dataframe[0].value


def count(page):
    return labelled(page.metric, "customers").value


def test_all_customers_are_counted_and_shown_by_revenue(page, listed):
    opened = page()
    assert count(opened) == "300 of 300"
    assert labelled(opened.metric, "their revenue").value == f"{listed['revenue'].sum():,.2f}"
    highest = listed.sort_values(["revenue", "customer_id"], ascending=[False, True])
    assert shown(opened)["customer_id"].tolist() == highest["customer_id"].tolist()


def test_every_filter_leaves_whom_the_list_says(page, listed):
    opened = page()
    name = labelled(opened.multiselect, "Segments").options[1]
    labelled(opened.multiselect, "Segments").set_value([name])
    labelled(opened.number_input, "Days absent, from").set_value(5.0)
    labelled(opened.number_input, "Revenue, from").set_value(500.0)
    least, most = (box for box in opened.number_input if box.label == "to")
    least.set_value(40.0)
    most.set_value(1500.0).run()
    wanted = listed.query(
        "segment_name == @name and 5 <= recency_days <= 40 and 500 <= revenue <= 1500"
    )
    assert 0 < len(wanted) < 112
    assert count(opened) == f"{len(wanted)} of 300"
    assert set(shown(opened)["customer_id"]) == set(wanted["customer_id"])


def test_borderline_customers_and_a_kept_column(page, listed):
    opened = page()
    labelled(opened.toggle, "Only borderline").set_value(True).run()
    assert set(shown(opened)["customer_id"]) == set(listed["customer_id"][listed["borderline"]])
    labelled(opened.toggle, "Only borderline").set_value(False)
    labelled(opened.selectbox, "Kept column").set_value("Product").run()
    labelled(opened.text_input, "contains").set_value("P1").run()
    wanted = listed["customer_id"][listed["Product"].str.contains("p1")]
    assert 0 < len(wanted) < 300
    assert set(shown(opened)["customer_id"]) == set(wanted)


def test_a_month_without_them_says_where_they_are(page):
    opened = page("history=history.parquet")
    when = labelled(opened.selectbox, "Customers as of")
    when.set_value(when.options[2]).run()
    assert count(opened) == "290 of 290"
    assert labelled(opened.toggle, "Only borderline").disabled
    assert "tracking.log_kept=true" in opened.sidebar.caption[0].value


@pytest.mark.slow
def test_filters_stay_while_another_view_is_shown(page):
    opened = page()
    labelled(opened.number_input, "Revenue, from").set_value(1000.0).run()
    left = count(opened)
    assert left != "300 of 300"
    view(view(opened, "Move k"), "Customers")
    assert count(opened) == left


def test_nobody_left_is_said(page):
    opened = page()
    labelled(opened.number_input, "Revenue, from").set_value(1e12).run()
    assert "Nobody is left" in opened.info[0].value
    assert not opened.dataframe


def test_whom_a_month_excluded_is_counted_and_not_offered(page, explored, monkeypatch):
    from segmentation.explore import chosen, customers_view

    def marked(*arguments):
        table = chosen.rows(*arguments)
        return table.mutate(excluded=table.customer_id.isin(["8", "34"]))

    opened = page()
    assert opened.get("download_button")[0].proto.label == "Download 300 customers"
    monkeypatch.setattr(customers_view, "rows", marked)
    opened.run()
    assert count(opened) == "300 of 300"
    assert opened.get("download_button")[0].proto.label == "Download 298 customers"
    assert "2 of them are excluded from lists" in opened.main.caption[0].value


def test_who_is_ticked_is_the_one_customer(page, listed):
    opened = page()
    opened.session_state["picked"] = "150"
    view(opened, "One customer")
    assert labelled(opened.text_input, "Customer").value == "150"
    assert "Customer 150 is in: " in opened.text[0].value
