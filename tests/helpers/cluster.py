"""A Ray cluster of this machine: every node has an address and temporary files of its own."""

import importlib.util
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.helpers.commands import environment
from tests.helpers.servers import stop

RAY = ["--object-store-memory=80000000"]


@dataclass(frozen=True)
class Cluster:
    """Its address, the logs of all nodes, and of every worker the folder of its temporary files."""

    address: str
    logs: Path
    nodes: list[Path]

    def measured(self) -> int:
        """How often its workers have read and measured the lines of a shop so far."""
        said = [file.read_text(encoding="utf-8") for file in self.logs.glob("worker-*.out")]
        return sum(text.count("columns: customer_id") for text in said)


def require_installed(module: str, extra: str) -> None:
    """Skip where an extra is not installed; in CI all are."""
    if importlib.util.find_spec(module) is None:
        assert not os.environ.get("CI"), f"CI installs every extra: uv sync --extra {extra}"
        pytest.skip(f"needs an extra: uv sync --extra {extra}")


@contextmanager
def running_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A head that runs nothing and some workers with one core each, stopped when the block ends."""
    address = f"127.0.0.2:{_port()}"
    # The paths of Ray's sockets must be short.
    session = Path(tempfile.mkdtemp(prefix="ray"))
    head = [f"--port={address.partition(':')[2]}", f"--temp-dir={session}"]
    nodes = [folder / f"worker {number}" for number in range(workers)]
    with ExitStack() as running:
        running.callback(shutil.rmtree, session, ignore_errors=True)
        # Once a Ray of its own has left ~/.ray/auth_token, a head asks for it, and nodes send none.
        running.enter_context(patch.dict(os.environ, RAY_AUTH_MODE="disabled"))
        alone = ["--head", "--num-cpus=0", "--include-dashboard=false", *head]
        running.enter_context(_node(folder / "head", "127.0.0.2", alone))
        # One after the other: two at once would take the same socket.
        for number, node in enumerate(nodes):
            joining = [f"--address={address}", "--num-cpus=1"]
            running.enter_context(_node(node, f"127.0.0.{number + 3}", joining))
        yield Cluster(address, session / "session_latest" / "logs", nodes)


def _port() -> int:
    """A free port that no other Ray of this machine takes in between, as those given at random."""
    for port in random.sample(range(20_000, 32_000), 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("", port))
            return port
    raise RuntimeError("no port is free")


@contextmanager
def _node(folder: Path, own_address: str, options: list[str]) -> Iterator[None]:
    """One node, in a session of processes of its own: `ray stop` would stop every Ray there is."""
    folder.mkdir()
    log = folder / "ray.log"
    with log.open("w", encoding="utf-8") as output:
        node = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("ray")),
                "start",
                "--block",
                f"--node-ip-address={own_address}",
                *RAY,
                *options,
            ],
            cwd=folder,
            env=environment(TMPDIR=str(folder), RAY_USAGE_STATS_ENABLED="0"),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        for _ in range(240):
            if "Ray runtime started" in log.read_text(encoding="utf-8") or node.poll() is not None:
                break
            time.sleep(0.5)
        assert "Ray runtime started" in log.read_text(encoding="utf-8"), log.read_text()
        yield
    finally:
        if node.poll() is None:
            stop(node)
