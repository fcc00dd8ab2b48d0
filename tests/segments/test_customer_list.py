"""The columns of a list, their order, and since when a customer is in a segment."""

import pyarrow as pa
import pytest

from segmentation.data.transactions import KEPT
from segmentation.errors import UserError
from segmentation.segments.customer_list import (
    COLUMNS,
    SEGMENT_BEFORE,
    SINCE,
    changes,
    in_order,
    require_free_names,
)


def test_the_id_comes_first_then_what_is_carried_along_then_the_list_then_the_rest():
    found = {name: pa.array([1]) for name in ("outlier", *reversed(COLUMNS), "lines")}
    found |= {f"{KEPT}Email": pa.array(["a@b"]), "customer_id": pa.array(["7"])}
    names = in_order(found).column_names
    assert names == ["customer_id", "Email", *COLUMNS, "outlier", "lines"]


def test_what_is_not_known_is_no_column():
    found = {"segment": pa.array([1]), "customer_id": pa.array(["7"]), "action": pa.array(["x"])}
    assert in_order(found).column_names == ["customer_id", "segment", "action"]


def test_the_last_other_segment_stays_with_its_date_until_the_next_change():
    customers = pa.RecordBatch.from_pydict(
        {
            SEGMENT_BEFORE: ["loyal", "casual", "loyal", None],
            SINCE[0]: ["casual", "new", None, None],
            SINCE[1]: ["2024-03-01", "2024-02-01", None, None],
        }
    )
    names = pa.array(["loyal", "loyal", "loyal", "new"])
    found = changes(customers, names, "2024-05-01T12:30:00")
    assert found[SINCE[0]].to_pylist() == ["casual", "casual", None, None]
    assert found[SINCE[1]].to_pylist() == ["2024-03-01", "2024-05-01", None, None]


def test_without_an_earlier_list_nothing_is_known_of_changes():
    customers = pa.RecordBatch.from_pydict({"customer_id": ["7"]})
    found = changes(customers, pa.array(["loyal"]), "2024-05-01")
    assert {name: of.to_pylist() for name, of in found.items()} == {name: [None] for name in SINCE}


@pytest.mark.parametrize(
    "name", ["Segment", "orders", "control", "customer_id", "outlier", "LINES"]
)
def test_a_column_called_like_one_of_the_list_is_not_carried(name):
    with pytest.raises(
        UserError, match=rf"^keep={name}: the list has a column .* of its own; give"
    ):
        require_free_names(["email", name], ["lines"])


def test_all_other_columns_are_carried():
    require_free_names(["email", "products"], ["lines"])
