"""PostgreSQL and Spark, started for the tests on loopback; skipped where they are not installed."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin"
WORKER_MEMORY = "512m"
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of a Java machine that ends before it would gain from being optimised."""


def require(found: object, what: str) -> None:
    """Skip the test where something is not installed; on a CI machine that is a failure."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed, and on a CI machine it must be")
    pytest.skip(f"{what} is not installed")


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server with an empty database; its URL, as its superuser without a password."""
    require(has_module("psycopg"), "psycopg (uv sync --extra postgres)")
    found = sorted(Path("/").glob(f"{POSTGRES_FOLDERS[1:]}/initdb")) or [shutil.which("initdb")]
    require(found[-1], "PostgreSQL")
    binaries, port = Path(str(found[-1])).parent, free_port()
    # not below the folder of the tests, which is closed to the other user; sockets have short names
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # its own programs refuse to run as root
    unprivileged = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if unprivileged:
        shutil.chown(folder, **unprivileged)
    run = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **unprivileged}
    data = str(folder / "data")
    made = [
        *("-D", data, "-U", "postgres", "-A", "trust"),
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    as_people_sort = ["--locale-provider=icu", "--icu-locale=en-US"]
    subprocess.run([binaries / "initdb", *made, *as_people_sort], **run)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-s"]
    subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], **run)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder)


def require_spark() -> None:
    require(has_module("pyspark"), "pyspark (uv sync --extra spark)")
    require(shutil.which("java"), "a Java runtime")


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """A standalone Spark cluster, one master and two workers; the URL of its master."""
    folder.mkdir(parents=True)
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    of_master = ["--port", str(port), "--webui-port", "0", "--host", "127.0.0.1"]
    of_worker = ["--memory", WORKER_MEMORY, "--cores", "1", "--webui-port", "0"]
    with ExitStack() as started:
        log = started.enter_context(_running(folder, "master", "deploy.master.Master", *of_master))
        wait_for(log, "I have been elected leader")
        for name in ("worker-1", "worker-2"):
            place = ["--host", "127.0.0.1", "-d", str(folder / name), url]
            worker = _running(folder, name, "deploy.worker.Worker", *of_worker, *place)
            wait_for(started.enter_context(worker), "Successfully registered with master")
        yield url


@contextmanager
def spark_connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server on one core, whose catalogue is empty; its URL."""
    folder.mkdir(parents=True)
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.port": port,
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": 2,
    }
    server = [
        *(
            argument
            for pair in settings.items()
            for argument in ("--conf", "=".join(map(str, pair)))
        ),
        *("--master", "local[1]"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"),
    ]
    with _running(folder, "connect", "deploy.SparkSubmit", *server) as log:
        wait_for(log, "Spark Connect server started at")
        yield f"sc://127.0.0.1:{port}"


@contextmanager
def _running(folder: Path, name: str, role: str, *arguments: str) -> Iterator[Path]:
    """Run a part of Spark, which listens on loopback only; its log."""
    require_spark()
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    log = folder / f"{name}.log"
    variables = {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "640m",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
        "SPARK_SUBMIT_OPTS": SHORT_LIVED,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(program), f"org.apache.spark.{role}", *arguments],
            cwd=folder,
            env={**os.environ, **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(log: Path, text: str, seconds: float = 60) -> None:
    """Wait until a process has written something into its log."""
    end = time.monotonic() + seconds
    while text not in (said := log.read_text(encoding="utf-8", errors="replace")):
        assert time.monotonic() < end, f"{log} never said {text!r}: {said[-2000:]}"
        time.sleep(0.2)
