"""Online Retail customers for the tests of the evaluation."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from tests.helpers.retail import AFTER_LAST_LINE, CUT, measure_customers


@pytest.fixture(autouse=True, scope="session")
def one_thread_per_worker() -> Iterator[None]:
    """Parallel test workers that also run OpenMP threads wait for each other most of the time."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def customers(shared_data: Path) -> pd.DataFrame:
    """All customers of the cleaned data, as of one day after the last line."""
    return measure_customers(shared_data, AFTER_LAST_LINE)


@pytest.fixture(scope="session")
def customers_before_cut(shared_data: Path) -> pd.DataFrame:
    """Customers who bought before the cut, with their revenue from the cut on."""
    return measure_customers(shared_data, CUT)
