"""Train one segmentation, or a sweep of them with -m; every run is recorded in MLflow.

python train.py -m k=2,3,4
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    # `mlflow run` starts this where the project is not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    from segmentation.scripts import train

    train()
