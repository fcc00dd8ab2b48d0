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
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from tests.helpers.cluster import running_cluster  # noqa: E402

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


def seconds_on_a_cluster(overrides: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
        return min(
            seconds("ray", [f"cluster.address={cluster.address}", *overrides])
            for _ in range(ROUNDS)
        )


def main() -> None:
    overrides = sys.argv[1:] or SWEEP
    print(f"train.py -m {' '.join(overrides)}")
    extras = [name for name, extra in EXTRAS.items() if importlib.util.find_spec(extra)]
    launchers = ["basic", "joblib", *extras]
    rounds = [{each: seconds(each, overrides) for each in launchers} for _ in range(ROUNDS)]
    measured = {each: min(round_[each] for round_ in rounds) for each in launchers}
    if "ray" in extras:
        measured["ray cluster"] = seconds_on_a_cluster(overrides)
    for launcher, duration in measured.items():
        print(f"{launcher:>14} {duration:>8.1f} s {measured['basic'] / duration:>6.2f} ×")


if __name__ == "__main__":
    main()
