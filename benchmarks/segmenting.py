"""Processor time of one segmentation of customers that are measured, with default evaluation.

    uv run python benchmarks/segmenting.py [DATA [ALGORITHM …]]

By default K-means, the Gaussian mixture and HDBSCAN on the 4,338 customers of Online Retail, which
is downloaded once. Every algorithm is run six times: the first pays for what is imported and is
left out, and of the others the least counts. CPU s is that of the whole; the seconds of the parts
of the evaluation are those on the clock.
"""

import sys
import time

import segmentation as sg

ALGORITHMS = ("kmeans", "gmm", "hdbscan")
RUNS = 6
PARTS = ("validity", "stability", "null", "out_of_time")


def main() -> None:
    data, *algorithms = sys.argv[1:] or ["online_retail"]
    customers = sg.measure(data)
    print(f"{'algorithm':>12} {'CPU s':>8}" + "".join(f" {part:>12}" for part in PARTS))
    for algorithm in algorithms or ALGORITHMS:
        measured = []
        for _ in range(RUNS):
            start = time.process_time()
            found = sg.segment(customers, algorithm=algorithm)
            measured.append((time.process_time() - start, found.metrics))
        seconds, metrics = min(measured[1:], key=lambda each: each[0])
        parts = "".join(f" {metrics[f'seconds_{part}']:>12.2f}" for part in PARTS)
        print(f"{algorithm:>12} {seconds:>8.2f}{parts}", flush=True)


if __name__ == "__main__":
    main()
