"""Train one segmentation, or a sweep of them with -m; every run is recorded in MLflow.

python train.py -m k=2,3,4
"""

from segmentation.scripts import train

if __name__ == "__main__":
    train()
