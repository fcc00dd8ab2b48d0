"""Segment the customers of new transaction lines with a registered model.

python score.py data.path=orders.csv output=segments.csv
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    # `mlflow run` starts this where the project is not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    from segmentation.scripts import score

    score()
