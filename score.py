"""Segment the customers of new transaction lines with a registered model.

python score.py data.path=orders.csv output=segments.csv
"""

from segmentation.jobs.score import main

if __name__ == "__main__":
    main()
