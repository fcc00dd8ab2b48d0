"""Every block of docs/engines.md is executed, on servers of the tests where it names others."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from tests.helpers.commands import REPO, active_runs, run_command
from tests.helpers.engines import SHORT_LIVED, postgres_server, spark_cluster, spark_connect_server
from tests.helpers.shop import shop_lines

PAGE = (REPO / "docs" / "engines.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
PASSWORD = "Dahlia-7"


def run_block(block: str, folder: Path, places: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run the commands of a block as typed, with the addresses of the tests' own servers."""
    for line in block.splitlines():
        words = shlex.split(line)
        if words[:2] != ["uv", "run"]:
            assert words[:2] == ["uv", "sync"] or words[0] == "export"
            continue
        script, *arguments = words[2:]
        for named, ours in places.items():
            arguments = [argument.replace(named, ours) for argument in arguments]
        quick = ["evaluation=fast", "plots=none"] if script == "train.py" else []
        done = run_command(folder, *arguments, *quick, script=script)
        assert done.returncode == 0, f"{line}\n{done.stderr[-3000:]}"
        assert PASSWORD not in done.stdout + done.stderr


@pytest.fixture
def shop(workplace):
    lines = shop_lines()
    lines.to_parquet(workplace / "orders.parquet", coerce_timestamps="us")
    return lines


@contextmanager
def environment_of(**variables: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.mark.executes(r"docs/engines.md")
def test_no_block_is_left_out():
    assert len(BLOCKS) == 3


@pytest.mark.slow
def test_duckdb(shop, workplace):
    run_block(BLOCKS[0], workplace)
    (run,) = active_runs(workplace)
    assert (run.data.params["engine"], run.data.params["engine.threads"]) == ("duckdb", "2")


COLUMNS = """
    "Customer ID" bigint, "Invoice" text, "Product" text, "Invoice Date" timestamptz,
    "Quantity" integer, "Price" numeric(10, 2)
"""


@contextmanager
def database(url: str) -> Iterator[Callable[..., Any]]:
    import psycopg

    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as connection:
        yield connection.execute


@pytest.mark.slow
def test_a_database(shop, workplace):
    with postgres_server() as url, environment_of(PGPASSWORD=PASSWORD), database(url) as execute:
        execute(f"CREATE ROLE analyst LOGIN PASSWORD '{PASSWORD}'")
        execute(f"CREATE TABLE orders ({COLUMNS})")
        execute("GRANT SELECT ON orders TO analyst")
        execute("CREATE SCHEMA marketing AUTHORIZATION analyst")
        for row in shop.astype("object").itertuples(index=False):
            execute("INSERT INTO orders VALUES (%s, %s, %s, %s, %s, %s)", list(row))
        run_block(BLOCKS[1], workplace, {"db.example:5432/shop": url.partition("@")[2]})
        left = execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'analyst'")
        assert left.fetchone() == (0,)
        in_tables = [
            execute(f"SELECT customer_id, segment_name FROM marketing.{name} ORDER BY 1").fetchall()
            for name in ("segments", "now")
        ]
    assert {run.data.params.get("engine") for run in active_runs(workplace)} >= {"database"}
    scored = pd.read_parquet(workplace / "segments.parquet")
    assert len(scored) == 300
    assert [len(rows) for rows in in_tables] == [300, 300]
    assert in_tables[0] == in_tables[1]
    assert_not_inside(workplace, PASSWORD)
    assert_not_inside(workplace / "mlruns", "analyst@")
    assert b"analyst@" not in (workplace / "mlflow.db").read_bytes()


def assert_not_inside(folder, secret: str) -> None:
    kept = [file for file in folder.rglob("*") if file.is_file()]
    assert [file for file in kept if secret.encode() in file.read_bytes()] == []


SPARK_CONF = f"""
spark.executor.extraJavaOptions {SHORT_LIVED}
spark.executor.memory        512m
spark.driver.memory          1g
spark.driver.bindAddress     127.0.0.1
spark.driver.host            127.0.0.1
spark.ui.enabled             false
spark.sql.shuffle.partitions 2
"""


MASTER, REMOTE = "spark://cluster.example:7077", "sc://cluster.example:15002"
TABLE = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
spark.read.parquet(sys.argv[2]).write.saveAsTable("orders")
"""
SEGMENTS = """
import sys
import pyarrow.parquet
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
pyarrow.parquet.write_table(spark.table("segments").toArrow(), sys.argv[2])
names = sorted(table.name for table in spark.catalog.listTables())
assert names == ["now", "orders", "segments"], names
"""


@pytest.fixture
def small_spark(tmp_path_factory, shop_with_champion) -> Path:
    """A folder for servers, with settings of Spark for a small machine; the lines are written."""
    shop_lines().to_parquet("orders.parquet", coerce_timestamps="us")
    servers = tmp_path_factory.mktemp("spark")
    (servers / "spark-defaults.conf").write_text(SPARK_CONF, encoding="utf-8")
    with environment_of(
        SPARK_CONF_DIR=str(servers), SPARK_LOCAL_IP="127.0.0.1", SPARK_SUBMIT_OPTS=SHORT_LIVED
    ):
        yield servers


def of_block(place: str) -> str:
    """The commands of the block that name a place."""
    return "\n".join(line for line in BLOCKS[2].splitlines() if place in line)


def test_every_command_of_spark_names_a_cluster_or_a_server():
    named = [*of_block(MASTER).splitlines(), *of_block(REMOTE).splitlines()]
    assert sorted(named) == sorted(BLOCKS[2].splitlines()[1:])


@pytest.mark.slow
def test_a_spark_cluster(small_spark, shop_with_champion):
    with spark_cluster(small_spark / "cluster") as master:
        file = str(shop_with_champion / "orders.parquet")
        run_block(of_block(MASTER), shop_with_champion, {MASTER: master, "orders.parquet": file})
    assert len(pd.read_parquet("scored")) == 300
    assert [path.name for path in Path.cwd().glob(".kept*")] == []
    assert "spark" in [run.data.params.get("engine") for run in active_runs()]


@pytest.mark.slow
def test_spark_connect(small_spark, shop_with_champion):
    with spark_connect_server(small_spark / "connect") as remote:
        file = str(shop_with_champion / "orders.parquet")
        subprocess.run([sys.executable, "-c", TABLE, remote, file], check=True)
        run_block(of_block(REMOTE), shop_with_champion, {REMOTE: remote})
        subprocess.run([sys.executable, "-c", SEGMENTS, remote, "segments.parquet"], check=True)
    assert len(pd.read_parquet("segments.parquet")) == 300
    assert "spark" in [run.data.params.get("engine") for run in active_runs()]
