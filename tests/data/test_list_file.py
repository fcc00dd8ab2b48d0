"""A list is read by its ending: parquet as it is, all else as text."""

import pandas as pd
import pytest

from segmentation.data.list_file import read_list_file
from segmentation.engine.connection import EngineError, connect

ROWS = pd.DataFrame({"customer_id": ["007", "'=1"], "revenue": [1.5, -2.0]})


def test_a_csv_file_is_text_as_it_stands(tmp_path):
    ROWS.to_csv(tmp_path / "list.csv", index=False)
    found = read_list_file(connect(), tmp_path / "list.csv").to_pandas()
    assert sorted(found["customer_id"]) == ["'=1", "007"]
    assert set(found["revenue"]) == {"1.5", "-2.0"}


@pytest.mark.parametrize("name", ["list.parquet", "LIST.PARQUET"])
def test_a_parquet_file_keeps_its_types(tmp_path, name):
    ROWS.to_parquet(tmp_path / name)
    found = read_list_file(connect(), tmp_path / name).to_pandas()
    assert found["revenue"].sum() == -0.5


def test_a_damaged_file_is_an_error_of_the_engine(tmp_path):
    (tmp_path / "list.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(EngineError):
        read_list_file(connect(), tmp_path / "list.parquet")
