"""Tables are read to their end."""

import pytest

from segmentation.engine.connection import connect
from segmentation.engine.errors import EngineError
from segmentation.engine.tables import read_csv
from segmentation.engine.whole_tables import require_every_value


def test_a_value_of_another_type_is_met_however_late_it_comes(tmp_path):
    path = tmp_path / "list.csv"
    numbers = [f"{n},{n}" for n in range(30_000)]
    path.write_text("\n".join(["id,revenue", *numbers]) + "\n", encoding="utf-8")
    require_every_value(read_csv(connect(), path, text=["id"]))
    path.write_text("\n".join(["id,revenue", *numbers, "x,much"]) + "\n", encoding="utf-8")
    table = read_csv(connect(), path, text=["id"])
    assert table.revenue.type().is_numeric()
    with pytest.raises(EngineError):
        require_every_value(table)
