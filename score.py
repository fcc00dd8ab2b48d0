"""Segment the customers of new transaction lines with a registered model.

python score.py data.path=orders.csv output=segments.csv
"""

from segmentation.scripts import score

if __name__ == "__main__":
    score()
