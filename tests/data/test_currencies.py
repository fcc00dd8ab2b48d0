"""The currency that a source names is that of all money, and several are told."""

import json

import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.currencies import Currencies
from segmentation.data.layouts import known_layouts
from segmentation.data.report import DataReport
from segmentation.data.sources import transactions
from tests.helpers.exports import write_text


def reported(path):
    return cleaned_lines(transactions(path), CleaningRules())[1]


def test_amounts_in_several_currencies_are_told(tmp_path):
    text = "customer,order,date,total,Currency\n" + "".join(
        f"{i},{i},2011-01-01,5,{'EUR' if i % 4 else 'GBP'}\n" for i in range(8)
    )
    *_, note = reported(write_text(tmp_path / "a.csv", text)).notes
    assert "several currencies (EUR 75.0%, GBP 25.0% of the lines with one)" in note
    assert """data.where="Currency = 'EUR'" keeps one of them""" in note


@pytest.mark.parametrize(
    ("marks", "is_said"), [(["$", "$"], False), (["$", "£"], True), (["", "$"], False)]
)
def test_marks_of_money_tell_the_currency_where_no_column_does(tmp_path, marks, is_said):
    text = "customer,order,date,total\n" + "".join(
        f"{i},{i},2011-01-01,{mark}5\n" for i, mark in enumerate(marks)
    )
    notes = reported(write_text(tmp_path / "a.csv", text)).notes
    said = [note for note in notes if "several currencies" in note]
    assert len(said) == is_said
    assert all("($ 50.0%, £ 50.0% of the lines with one)" in note for note in said)


def test_a_column_whose_name_is_no_word_gives_no_condition_to_paste(tmp_path):
    text = "customer,order,date,total,Order Currency\n1,1,2011-01-01,5,EUR\n2,2,2011-01-01,5,USD\n"
    *_, note = reported(write_text(tmp_path / "a.csv", text)).notes
    assert note.endswith("data.where=… keeps one of them")


def in_currency(tmp_path, *names, column="Currency"):
    rows = "".join(f"{i},{i},2011-01-01,5,{name}\n" for i, name in enumerate(names))
    return write_text(tmp_path / "a.csv", f"customer,order,date,total,{column}\n{rows}")


@pytest.mark.parametrize(
    ("names", "currency"), [(["EUR", "EUR", ""], "EUR"), (["EUR", "GBP"], ""), (["", ""], "")]
)
def test_the_currency_is_that_of_all_lines_with_one_and_stays_with_the_report(
    tmp_path, names, currency
):
    report = reported(in_currency(tmp_path, *names))
    assert report.currency == currency
    again = DataReport.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again.currency == currency


def test_a_sign_beside_the_amounts_names_the_currency(tmp_path):
    text = "customer,order,date,total\n1,1,2011-01-01,€5\n2,2,2011-01-02,7\n"
    assert reported(write_text(tmp_path / "a.csv", text)).currency == "€"
    plain = "customer,order,date,total\n1,1,2011-01-01,5\n"
    assert reported(write_text(tmp_path / "b.csv", plain)).currency == ""


@pytest.mark.parametrize("name", [r"$\frac{1}{0}$", "<b>EUR</b>", "a sentence about money", "E1"])
def test_what_is_no_word_and_no_sign_is_shown_nowhere(name):
    assert Currencies({name: 3}).only == ""
    assert Currencies({"Kčs": 3}).only == "Kčs"


def test_files_in_two_currencies_have_none_together(tmp_path):
    in_currency(tmp_path, "EUR")
    (tmp_path / "b.csv").write_text("customer,order,date,total,Währung\n9,9,2011-01-01,5,USD\n")
    assert transactions(tmp_path).currency == ""
    (tmp_path / "b.csv").write_text("customer,order,date,total,Währung\n9,9,2011-01-01,5,EUR\n")
    assert transactions(tmp_path).currency == "EUR"


def test_layouts_know_the_currency_of_public_data_and_of_no_shop():
    known = {layout.title: layout.currency for layout in known_layouts() if layout.currency}
    assert known == {
        "The Complete Journey": "USD",
        "Online Retail": "GBP",
        "Online Retail II": "GBP",
        "Olist's orders": "BRL",
    }
