"""The scoring before, as a history or a list has it; other engines are in test_scored.py."""

import pandas as pd
import pytest

from segmentation.customers.customers_file import CustomersFile
from segmentation.data.output_file import output_file
from segmentation.engine.connection import DUCKDB, connect
from segmentation.engine.tables import read_parquet
from segmentation.errors import UserError
from segmentation.jobs.earlier_scoring import moves_since, scoring_to_compare, with_before
from segmentation.segments.customer_list import SEGMENT_BEFORE, SINCE
from segmentation.segments.migration import Renames
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.schema import ScoreSettings

MAY, JUNE = "2024-05-01T00:00:00", "2024-06-01T00:00:00"
LIST = pd.DataFrame(
    {
        "customer_id": ["1", "2", "3"],
        "segment_name": ["loyal", "casual", "casual"],
        "revenue": [3.0, 2.0, 1.0],
        "as_of": MAY,
        "model_version": "1",
    }
)


@pytest.fixture
def previous(tmp_path):
    with output_file(tmp_path / "then.csv", overwrite=False) as append:
        append(LIST)
    return str(tmp_path / "then.csv")


def settings(**more):
    return ScoreSettings(data={}, model="", output="now.csv", **more)


def test_where_nothing_is_named_nothing_is_compared(tmp_path):
    assert scoring_to_compare(settings(), DUCKDB, JUNE, connect()) is None
    named = settings(history=str(tmp_path / "history.parquet"))
    assert scoring_to_compare(named, DUCKDB, JUNE, connect()) is None


def test_a_list_is_read_by_the_connection_that_compares(previous):
    connection = connect()
    found = scoring_to_compare(settings(previous=previous), DUCKDB, JUNE, connection)
    assert found.get_backend() is connection
    assert found.count().execute() == 3
    with pytest.raises(UserError, match=f"was measured as of {MAY}, which is after as_of=2024-04"):
        scoring_to_compare(settings(previous=previous), DUCKDB, "2024-04-01T00:00:00", connection)


def test_segments_of_before_stand_beside_customers_of_now_by_their_names_of_now(previous, tmp_path):
    connection = connect()
    before = scoring_to_compare(settings(previous=previous), DUCKDB, JUNE, connection)
    pd.DataFrame({"customer_id": ["2", "9"]}).to_parquet(tmp_path / "now.parquet")
    now = read_parquet(connection, [tmp_path / "now.parquet"])
    renames = Renames((("casual", "seldom"),), ScoredBy(model_version="1"))
    found = with_before(now, before, ScoredBy(model_version="2"), renames).to_pandas()
    found = found.set_index("customer_id")
    assert found.loc["2", SEGMENT_BEFORE] == "seldom"
    assert found.loc["9"].isna().all()
    assert set(found.columns) == {SEGMENT_BEFORE, *SINCE}
    assert with_before(now, None, ScoredBy(), renames) is now


@pytest.mark.parametrize(("there", "lost"), [(2, 1), (1, None)])
def test_a_part_of_the_orders_is_refused(previous, tmp_path, there, lost):
    before = scoring_to_compare(settings(previous=previous), DUCKDB, JUNE, connect())
    LIST.iloc[:there].to_parquet(tmp_path / "now.parquet")
    file = CustomersFile(tmp_path / "now.parquet")
    if lost is None:
        with pytest.raises(UserError, match="2 of the 3 customers of the scoring before are not"):
            moves_since(before, file, Renames())
        return
    flows = moves_since(before, file, Renames()).flows
    assert flows.loc[flows["to"] == "(lost)", "customers"].sum() == lost
