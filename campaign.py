"""See whether a campaign worked: customers who were held out against the others.

python campaign.py data.path=orders.csv list=segments.csv start=2024-05-01
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    # `mlflow run` starts this where the project is not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    from segmentation.scripts import campaign

    campaign()
