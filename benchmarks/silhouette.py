"""Processor time of the silhouette beside scikit-learn's `silhouette_score`, and their ratio.

    uv run python benchmarks/silhouette.py [CUSTOMERS …]

By default 4,338, 20,000 and 50,000 made-up customers of three features in four segments, every one
measured. The two take turns, and the least of some turns counts: what else the machine does costs
both.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from segmentation.evaluation.silhouette import mean_silhouette
from segmentation.model.fitting import one_thread

PAIRS = 400_000_000
"""About so many pairs of customers are measured in all turns of a size; at least two turns."""


def processor_seconds(measure: Callable[..., object], *arguments: object, **options: int) -> float:
    start = time.process_time()
    measure(*arguments, **options)
    return time.process_time() - start


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [4_338, 20_000, 50_000]
    print(f"{'customers':>12} {'this project':>14} {'scikit-learn':>14} {'ratio':>7}")
    for customers in sizes:
        space = np.random.default_rng(0).normal(size=(customers, 3))
        with one_thread():
            labels = KMeans(4, n_init=1, random_state=0).fit_predict(space)
        ours, theirs = [], []
        for _ in range(max(2, PAIRS // customers**2)):
            ours.append(processor_seconds(mean_silhouette, space, labels, exact_max=customers))
            theirs.append(processor_seconds(silhouette_score, space, labels))
        least, other = min(ours), min(theirs)
        print(f"{customers:>12,} {least:>12.3f} s {other:>12.3f} s {other / least:>5.1f} ×")


if __name__ == "__main__":
    main()
