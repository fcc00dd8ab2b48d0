"""Seconds of one sweep by every launcher that is installed, and how often faster than `basic`.

    uv run python benchmarks/launchers.py [OVERRIDES …]

By default K-means with k from 2 to 9 on the embedded data; overrides of train.py replace that. The
least of two rounds. `ray` starts a Ray of its own, `ray cluster` joins one that runs already: a
head and two workers of this machine, with a core each. Only a machine that does nothing else gives
a ratio worth reading.
"""

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from processes import REPO, Row, print_rows

from tests.helpers.cluster import running_cluster

SWEEP = ["k=range(2,10)"]
ROUNDS = 2
EXTRAS = {"submitit_local": "submitit", "ray": "ray"}


def seconds(launcher: str, overrides: list[str]) -> float:
    """Wall time of the sweep, in a store of its own so that nothing is reused."""
    command = [sys.executable, str(REPO / "train.py"), "-m", f"hydra/launcher={launcher}"]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([*command, *overrides], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start


def rounds(launcher: str, overrides: list[str]) -> float:
    """The least of some rounds."""
    return min(seconds(launcher, overrides) for _ in range(ROUNDS))


def measured(overrides: list[str]) -> Iterator[tuple[str, float]]:
    """Every launcher that is installed, and its seconds."""
    extras = [name for name, extra in EXTRAS.items() if importlib.util.find_spec(extra)]
    for launcher in ["basic", "joblib", *extras]:
        yield launcher, rounds(launcher, overrides)
    if "ray" in extras:
        with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
            joining = [f"cluster.address={cluster.address}", *overrides]
            yield "ray cluster", rounds("ray", joining)


def rows(overrides: Sequence[str]) -> Iterator[Row]:
    """Seconds of the sweep by every launcher, and how often faster than the first."""
    alone = None
    for launcher, duration in measured(list(overrides)):
        alone = alone or duration
        yield {"launcher": launcher, "seconds": duration, "times as fast": alone / duration}


def main() -> None:
    """Measure and print."""
    overrides = sys.argv[1:] or SWEEP
    print(f"train.py -m {' '.join(overrides)}")
    print_rows(rows(overrides))


if __name__ == "__main__":
    main()
