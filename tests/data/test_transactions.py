"""What every source returns."""

import inspect

from segmentation.data.sources import transactions
from tests.helpers.exports import ORDERS


def test_how_a_source_was_read_are_options_of_an_export(tmp_path):
    """Whatever is remembered can be given again."""
    ORDERS.to_csv(tmp_path / "a.csv", index=False)
    found = transactions(tmp_path / "a.csv", where="Quantity > 0")
    known = set(inspect.signature(transactions).parameters)
    # All but what names one export, and what is likely only.
    assert known - found.reading.keys() == {
        *("path", "query", "table", "likely", "keep", "describe", "engine")
    }
    assert found.reading.keys() <= known
    assert found.reading["columns"] == found.columns
