"""Train one segmentation, or a sweep of them with -m; every run is recorded in MLflow.

python train.py -m k=2,3,4
"""

from segmentation.jobs.train import main

if __name__ == "__main__":
    main()
