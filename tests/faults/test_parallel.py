"""Sweeps at once on one store: none is lost, one champion stands, no version is orphaned."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType

from tests.helpers.commands import command, environment
from tests.helpers.shop import write_shop

pytestmark = [pytest.mark.drill, pytest.mark.posix]

AT_ONCE, TIMES = 8, 5
MODEL = "customer-segments"
QUICK = ("evaluation=fast", "plots=none", "features=rfm")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a store in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/mlflow.db"
        return
    url = request.getfixturevalue("postgres_url")
    name = f"drill_{abs(hash(tmp_path)) % 10**8}"
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    yield f"{url.rpartition('/')[0]}/{name}".replace("postgresql://", "postgresql+psycopg://")


def sweep_at_once(folder: Path, address: str, options: list[tuple[str, ...]]) -> list[str]:
    """Start sweeps at the same time and return what each printed; all must succeed."""
    processes = [
        subprocess.Popen(
            command("-m", "data.path=orders.csv", *QUICK, *own),
            cwd=folder,
            env=environment(MLFLOW_TRACKING_URI=address),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for own in options
    ]
    printed = [process.communicate(timeout=900)[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert codes == [0] * len(options), "\n".join(printed)
    return printed


def require_whole(address: str, n_sweeps: int) -> None:
    client = MlflowClient(address)
    experiments = [each.experiment_id for each in client.search_experiments(ViewType.ALL)]
    runs = client.search_runs(experiments, max_results=1000)
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert sum(run.data.tags.get("kind") == "sweep" for run in runs) == n_sweeps
    champion = client.get_model_version_by_alias(MODEL, "champion")
    versions = client.search_model_versions(f"name = '{MODEL}'")
    promotions = {run.info.run_id for run in runs if run.data.tags.get("kind") == "promotion"}
    for version in versions:
        assert version.tags["promotion_run"] in promotions, "no orphan"
    replaced = [version for version in versions if version.tags["decision"].startswith("replaces")]
    first = [version for version in versions if version.tags["decision"] == "first champion"]
    assert len(first) == 1, "one was the first champion, and no other says so"
    assert len({version.tags["decision"] for version in replaced}) == len(replaced), (
        "no two versions replaced the same champion"
    )
    assert champion.version in {version.version for version in [*first, *replaced]}


@pytest.mark.parametrize("time", range(TIMES))
def test_different_sweeps_at_once_are_all_recorded(tmp_path: Path, address: str, time: int) -> None:
    write_shop(tmp_path / "orders.csv")
    options = [(f"k={2 + n % 4},{3 + n % 4}", f"seed={100 * time + n}") for n in range(AT_ONCE)]
    sweep_at_once(tmp_path, address, options)
    require_whole(address, AT_ONCE)


def test_equal_sweeps_at_once_register_once(tmp_path: Path, address: str) -> None:
    write_shop(tmp_path / "orders.csv")
    sweep_at_once(tmp_path, address, [("k=2,3",)] * 4)
    require_whole(address, 4)
    assert len(MlflowClient(address).search_model_versions(f"name = '{MODEL}'")) == 1
