"""Seconds of one sweep with one run at a time and with as many as cores, and their ratio.

    uv run python benchmarks/launchers.py [OVERRIDES …]

By default K-means with k from 2 to 9 on the embedded data; overrides of train.py replace that.
Only a machine that does nothing else gives a ratio worth reading.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
SWEEP = ["k=range(2,10)"]


def seconds(launcher: str, overrides: list[str]) -> float:
    """Wall time of the sweep, in a store of its own so that nothing is reused."""
    command = [sys.executable, str(REPO / "train.py"), "-m", f"hydra/launcher={launcher}"]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([*command, *overrides], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start


def main() -> None:
    overrides = sys.argv[1:] or SWEEP
    print(f"train.py -m {' '.join(overrides)}")
    measured = {launcher: seconds(launcher, overrides) for launcher in ("basic", "joblib")}
    for launcher, duration in measured.items():
        print(
            f"{launcher:>8} {duration:>8.1f} s {measured['basic'] / duration:>6.2f} ×", flush=True
        )


if __name__ == "__main__":
    main()
