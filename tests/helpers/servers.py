"""Servers that run for a while, on a port of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.commands import environment


def free_port(host: str) -> int:
    """A port of a local address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(command: list[str], **variables: str) -> Iterator[str]:
    """Run a server until the block ends, and yield its address once it answers."""
    port = free_port("127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    with Path("server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment(**variables),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/health").close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        stop(server)


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End a server and its children: `mlflow models serve` does not pass signals on."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(server.pid)], check=False)
    else:
        os.killpg(server.pid, signal.SIGTERM)
    server.wait()
