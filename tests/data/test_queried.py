"""A query of one's own in the place of files, against plain pandas."""

import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from tests.helpers.public_exports import olist, olist_figures, write_export

JOIN = """
select * from 'olist_order_items_dataset.csv'
join 'olist_orders_dataset.csv' using (order_id)
join 'olist_customers_dataset.csv' using (customer_id);
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frames = olist()
    for name, frame in frames.items():
        write_export(frame, tmp_path, name, "utf-8")
    return frames


@pytest.mark.parametrize("place", ["typed", "file"])
def test_what_a_query_makes_is_read_as_a_file_is(files, tmp_path, place):
    (tmp_path / "lines.SQL").write_text(JOIN, encoding="utf-8-sig")
    found = transactions(query=JOIN if place == "typed" else "lines.SQL")
    report = cleaned_lines(found, CleaningRules())[1]
    revenue = pytest.approx(report.revenue_kept)
    assert olist_figures(files) == (report.customers, report.orders, revenue)
    assert report.notes[0] == "read as Olist's orders"
    shown = {"typed": " ".join(JOIN.split()), "file": "lines.SQL"}[place]
    assert report.source == shown


def test_a_condition_is_put_to_what_it_makes(files):
    found = transactions(query=JOIN, where="order_status = 'canceled'")
    assert set(found.lines.status.execute()) == {"canceled"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select 1; select 2", "is not one SELECT, and nothing else is run; set it to select"),
        ("drop table x", "is not one SELECT"),
        ("copy (select 1) to 'stolen.csv'", "is not one SELECT"),
        ("attach 'x.db'", "is not one SELECT"),
        (" ", "is not one SELECT"),
        (
            "selec 1",
            r"data\.query=selec 1 cannot be run: Parser Error: .*files are named in single",
        ),
        (
            "select *\nfrom 'absent.csv'",
            r"data\.query=select \* from 'absent\.csv' cannot be run: ",
        ),
        ("absent.sql", r"data\.query=absent\.sql cannot be read .*; set it to a \.sql file or a S"),
    ],
)
def test_anything_but_a_select_is_refused_in_one_line(files, tmp_path, query, said):
    with pytest.raises(UserError, match=said) as raised:
        transactions(query=query)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "stolen.csv").exists()


def test_it_stands_in_the_place_of_a_path(files):
    with pytest.raises(UserError, match=r"data\.path=a\.csv and data\.query= cannot go together"):
        transactions("a.csv", query="select 1")
    with pytest.raises(UserError, match=r"no data are given; set data\.path=orders\.csv, or data"):
        transactions()
