"""Columns that describe customers are carried along, and change nothing else."""

import ibis
import pandas as pd
import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.describing import NAMES_OF_THINGS, descriptors_of
from segmentation.data.lines import transactions_of
from segmentation.data.sources import transactions
from segmentation.engine.connection import connect
from segmentation.engine.tables import kept
from segmentation.errors import UserError

LINES = pd.DataFrame(
    {
        "customer": ["1", "1", "2", "3"],
        "date": ["2024-01-01", "2024-02-01", "2024-01-05", "2024-01-09"],
        "amount": [1.0, 2.0, 3.0, 4.0],
        "Land": ["DE", "DE", "FR", None],
        "Shop channel": ["web", "store", "web", "web"],
    }
)


def read(describe, lines=LINES, **options):
    return transactions_of(lines, describe=describe, **options)


def test_a_column_is_carried_along_as_text_under_a_name_that_no_other_has():
    found = read(["Shop channel"])
    (column,) = {each.column for each in found.descriptors.values()}
    assert found.lines[column].execute().tolist() == ["web", "store", "web", "web"]
    assert column not in (*LINES.columns, *found.columns)


def test_a_column_that_is_canonical_already_is_not_read_twice():
    chosen = {"columns": {"country": "Land"}}
    for name in ("Land", "country"):
        assert read([name], **chosen).descriptors[name].column == "country"


@pytest.mark.parametrize("name", ["Chanel", "customer_id", "invoiced_at", "product_id", ""])
def test_what_is_not_there_is_named_with_what_there_is(name):
    known = ", ".join(LINES.columns)
    with pytest.raises(UserError) as refused:
        read([name])
    assert str(refused.value) == f"describe=[{name}]: column {name!r} not found; there are: {known}"


def test_only_columns_that_name_things_describe_by_their_canonical_name():
    available = [*NAMES_OF_THINGS, "amount"]
    found = descriptors_of([*NAMES_OF_THINGS, "amount", "other"], available, {})
    assert list(found) == list(NAMES_OF_THINGS)


def test_customers_report_and_fingerprint_are_the_same_with_and_without():
    plain, described = (
        cleaned_lines(read(names), CleaningRules())[1] for names in (None, ["Land", "Shop channel"])
    )
    assert described == plain


def test_files_of_which_one_has_the_column_say_nothing_of_the_others(tmp_path):
    LINES.to_csv(tmp_path / "a.csv", index=False)
    later = LINES.drop(columns="Shop channel").assign(date="2025-01-01", till="7")
    later.to_csv(tmp_path / "b.csv", index=False)
    found = transactions(tmp_path, describe=["Shop channel", "till"])
    counts = {
        name: found.lines[each.column].count().execute() for name, each in found.descriptors.items()
    }
    assert counts == {"Shop channel": 4, "till": 4}
    assert found.lines.count().execute() == 8
    with pytest.raises(UserError, match="column 'Chanel' not found"):
        transactions(tmp_path, describe=["Chanel"])


def test_a_table_of_a_database_is_described_alike():
    table = kept(connect(), ibis.memtable(LINES))
    assert list(read(["Land"], table).descriptors) == ["Land"]
