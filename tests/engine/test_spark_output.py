"""What Spark's workers write: the refusals, and names that are given when all is complete."""

import subprocess
import sys

import pandas as pd
import pyarrow
import pytest

from segmentation.engine.spark_engine import Spark
from segmentation.engine.spark_output import _put_in_place, address
from segmentation.errors import UserError
from tests.helpers.engines import spark_connect_server


@pytest.mark.parametrize("path", ["/data/to day", "/data/*.parquet", "/data/100 %41"])
def test_a_path_is_an_address_as_it_stands(path):
    assert address(path) == f"file://{path}"


def test_an_address_is_one_already():
    assert address("s3a://shop/segments") == "s3a://shop/segments"


class Names(dict):
    """Names of places, that may be given to others."""

    def rename(self, name, to):
        if name == "broken":
            raise OSError("no space")
        self[to] = self.pop(name)


def test_what_is_complete_takes_the_name_of_what_was_there():
    names = Names(new="now", final="then")
    _put_in_place("new", "final", "old", names.rename, names.pop)
    assert names == {"final": "now"}
    names = Names(new="now")
    _put_in_place("new", "final", None, names.rename, names.pop)
    assert names == {"final": "now"}


def test_what_was_there_gets_its_name_back_where_the_new_one_cannot_have_it():
    names = Names(broken="now", final="then")
    with pytest.raises(OSError, match="no space"):
        _put_in_place("broken", "final", "old", names.rename, names.pop)
    assert names == {"broken": "now", "final": "then"}


@pytest.mark.slow
@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize(
    ("output", "table", "said"),
    [
        ("segments.csv", None, "is one file, and the workers of engine=spark write many"),
        ("segments.parquet", None, "output=segments/ to a folder of parquet files"),
        ("table:nowhere.segments", "nowhere.segments", "is in a schema that does not exist"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(output, table, said):
    with pytest.raises(UserError, match=said):
        Spark().output_of(output, table, False)


@pytest.mark.slow
def test_a_worker_without_the_project_is_told_in_one_line(spark_session, tmp_path):
    connection = Spark().connect()
    spark_session.range(3).createOrReplaceTempView("three")

    def lacking(rows):
        # the row that is made up to know the columns is computed in this process
        if rows["id"][0].as_py() > 0 or rows.num_rows > 1:
            raise ModuleNotFoundError("No module named 'segmentation'")
        return pyarrow.table({"a": [1]})

    write = Spark().output_of(str(tmp_path / "segments"), None, False)
    with pytest.raises(UserError, match="a worker's Python lacks segmentation; install it on"):
        write(connection.table("three"), lacking, len)
    assert list(tmp_path.iterdir()) == []


ON_CONNECT = """
import sys
import pyarrow.compute
from segmentation.engine.spark_engine import Spark
from segmentation.errors import UserError

engine, folder = Spark(remote=sys.argv[1]), sys.argv[2] + "/"
connection = engine.connect()
connection._session.range(5).createOrReplaceTempView("five")

def write(factor, overwrite):
    def times(rows):
        return pyarrow.table({"id": pyarrow.compute.multiply(rows["id"], factor)})

    written = engine.output_of(folder, None, overwrite)
    assert sum(written(connection.table("five"), times, lambda rows: rows.num_rows)) == 5

write(2, False)
try:
    write(3, False)
except UserError as error:
    assert str(error).endswith("exists; set overwrite=true or another name"), error
else:
    raise AssertionError("the folder was written anew")
write(4, True)
"""


@pytest.mark.slow
def test_a_folder_over_connect_is_replaced_only_when_told_to(tmp_path):
    with spark_connect_server(tmp_path / "server") as remote:
        command = [sys.executable, "-c", ON_CONNECT, remote, str(tmp_path / "to day")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert sorted(pd.read_parquet(tmp_path / "to day")["id"]) == [0, 4, 8, 12, 16]
