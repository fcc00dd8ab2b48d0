"""A table as the output of a command: what is refused, and what is left of it."""

import pyarrow as pa
import pytest

from segmentation.data.output_table import output_table
from segmentation.engine.database_engine import Database
from segmentation.engine.dialects import dialect_of
from segmentation.engine.tables import named
from segmentation.errors import UserError

ROWS = pa.table({"id": ["7", "ü"], "share": [0.5, 1.0]})


@pytest.mark.slow
def test_what_the_database_refuses_is_one_line(postgres_url):
    engine = Database(postgres_url)
    connection = engine.connect()
    with (
        pytest.raises(UserError, match=r"^output=table:nowhere\.segments is in a schema that does"),
        output_table("nowhere.segments", engine, False),
    ):
        pytest.fail("work was begun")
    dialect_of(connection).run(
        connection, "CREATE TABLE needed AS SELECT 1 AS old; CREATE VIEW needs AS TABLE needed"
    )

    def replace():
        with output_table("needed", engine, True) as append:
            append(ROWS)

    with pytest.raises(UserError, match=r"^output=table:needed cannot be written \(.*depend"):
        replace()
    assert named(engine.connect(), "needed").columns == ("old",)
    dialect_of(connection).run(connection, "DROP TABLE needed CASCADE")
