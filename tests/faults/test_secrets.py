"""Canaries in every place where a secret can come in: none of them comes out."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.helpers.commands import command, environment
from tests.helpers.shop import write_shop

pytestmark = [pytest.mark.drill, pytest.mark.posix]

CANARY = "k4n4r1"
PASSWORD, SIGNATURE, WORD = f"{CANARY}-pw", f"{CANARY}-sig", f"{CANARY}-word"
QUICK = ("evaluation=fast", "plots=none", "features=rfm")


@pytest.fixture(scope="module")
def store(postgres_url: str) -> str:
    """Address of a store with a password in it."""
    parts = urlsplit(postgres_url)
    place = f"{parts.hostname}:{parts.port}{parts.path}"
    return f"postgresql+psycopg://{parts.username}:{PASSWORD}@{place}"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address of an export behind a user, a password and a signature."""
    folder = tmp_path / "web"
    folder.mkdir()
    write_shop(folder / "orders.csv")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://me:{WORD}@127.0.0.1:{server.server_port}/orders.csv?sig={SIGNATURE}"
    server.shutdown()


def texts(url: str) -> Iterator[str]:
    """Every row of every table of a store."""
    import psycopg

    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # type: ignore[arg-type]
                yield f"{table}: {row}"


def test_no_canary_comes_out(tmp_path: Path, store: str, address: str, postgres_url: str) -> None:
    work, temporary = tmp_path / "work", tmp_path / "tmp"
    for folder in (work, temporary):
        folder.mkdir()
    write_shop(work / "orders.csv")
    told: dict[str, str] = {}

    def type_in(script: str, *arguments: str, from_environment: bool = False) -> None:
        given = {"MLFLOW_TRACKING_URI": store} if from_environment else {}
        done = subprocess.run(
            command(*arguments, script=script),
            cwd=work,
            env=environment(TMPDIR=str(temporary), **given),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        told[f"{script} {arguments} {from_environment}"] = done.stdout + done.stderr

    typed = f"tracking.uri={store}"
    own = "data.path=orders.csv"
    type_in("train.py", "-m", own, *QUICK, "k=2,3", from_environment=True)
    type_in("train.py", "-m", own, *QUICK, "k=2,4", typed, "tracking.model_name=second")
    kept = ("hydra.run.dir=kept", "hydra.output_subdir=.hydra")
    type_in("train.py", own, *QUICK, "k=3", *kept, typed)
    type_in("score.py", own, "output=a.csv", from_environment=True)
    type_in("score.py", own, "output=b.csv", typed)
    type_in("register.py", "force=true", typed)
    type_in("register.py", "promotions=true", typed)
    type_in("register.py", "run_id=none", typed)
    type_in("score.py", own, "output=c.csv", "model=models:/none@champion", typed)
    type_in("train.py", "-m", f"data.path={address}", *QUICK, "k=2,3", typed)
    type_in("train.py", f"data.path={address}", *QUICK, "k=2", typed)
    type_in("train.py", f"data.path=[{address},orders.csv]", *QUICK, "k=2", typed)
    type_in("train.py", own, "k=2", f"tracking.uri=postgresql://me:{PASSWORD}@127.0.0.1:1/x")
    type_in("train.py", "engine=database", f"engine.url=postgresql://me:{PASSWORD}@127.0.0.1:1/x")
    assert "models:/customer-segments@champion is version 1" in next(iter(told.values()))
    leaking = [key.replace(CANARY, "…") for key, text in told.items() if CANARY in text]
    assert leaking == []
    files = [path for top in (work, temporary) for path in top.rglob("*") if path.is_file()]
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []
    assert [row for row in texts(postgres_url) if CANARY in row] == []
