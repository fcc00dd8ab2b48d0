"""Which number of segments is chosen by other seeds and by halves of the customers, by three rules.

uv run -m experiments.not_told_apart
uv run -m experiments.not_told_apart --transactions online_retail.parquet

K-means on logarithms with two to eight segments, and three rules: the one of docs/evaluation.md
(of the runs that cannot be told apart from the highest oot_net, the fewest segments), the same
without that band (the highest oot_net), and the highest silhouette, whatever it splits off.
Customers are halved at random, and both halves are segmented, assessed and chosen from as a shop of
their own.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

import segmentation as sg
from segmentation.compared import Comparison
from segmentation.customers.measured import MeasuredCustomers
from segmentation.evaluation.options import EvaluationOptions, OutOfTimeOptions, StabilityOptions

SEGMENTS = range(2, 9)
FEATURES = ("value", "rfm")
SEEDS = (42, 0, 1, 2)
SPLITS = 3
MEASURED = EvaluationOptions(
    stability=StabilityOptions(), null_test=None, out_of_time=OutOfTimeOptions()
)
RULES = ("with the band", "highest net", "highest silhouette")
Choices = Mapping[str, int | None]
"""Rule to the number of segments that it chooses; None where no run is eligible."""


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--transactions", default="complete_journey", help="file of lines")
    customers = sg.measure(parser.parse_args().transactions)
    by_seed = {
        features: [choices(compared(customers, features, seed)) for seed in SEEDS]
        for features in FEATURES
    }
    print(f"| features | rule | {' | '.join(f'seed {seed}' for seed in SEEDS)} |")
    print(f"| --- | --- |{' ---: |' * len(SEEDS)}")
    for features, chosen in by_seed.items():
        for rule in RULES:
            print(f"| {features} | {rule} | {listed(one[rule] for one in chosen)} |")
    print("\n| features | rule | halves choose | as all customers | both halves alike |")
    print("| --- | --- | --- | ---: | ---: |")
    for features, chosen in by_seed.items():
        splits = [halves_choose(customers, features, number) for number in range(SPLITS)]
        for rule in RULES:
            print(halves_row(features, rule, chosen[0][rule], splits), flush=True)


def compared(customers: MeasuredCustomers, features: str, seed: int = SEEDS[0]) -> Comparison:
    """Compare the numbers of segments on some customers."""
    return sg.compare(customers, features=features, k=SEGMENTS, seed=seed, evaluation=MEASURED)


def choices(comparison: Comparison) -> Choices:
    """Return what every rule chooses of the same runs."""
    runs = comparison.table.set_index("run_id")
    eligible, chosen = runs[runs["eligible"]], comparison.verdict.run_id
    found = {
        "with the band": chosen,
        "highest net": None if eligible.empty else eligible["score"].idxmax(),
        "highest silhouette": runs["silhouette"].idxmax(),
    }
    return {rule: None if run is None else int(runs["k"][run]) for rule, run in found.items()}


def halves_choose(
    customers: MeasuredCustomers, features: str, number: int
) -> tuple[Choices, Choices]:
    """Return what both halves of the customers choose, by the number of the split."""
    ids = np.random.default_rng(number).permutation(customers.table.index)
    first, second = np.array_split(ids, 2)
    return (
        choices(compared(only(customers, first), features)),
        choices(compared(only(customers, second), features)),
    )


def only(customers: MeasuredCustomers, ids: np.ndarray) -> MeasuredCustomers:
    """Some of the customers, now and at every cut."""
    pasts = []
    for past in customers.pasts:
        kept = past.table.index.isin(ids)
        next_revenue, next_orders = past.next_revenue[kept], past.next_orders[kept]
        table = past.table[kept]
        pasts.append(replace(past, table=table, next_revenue=next_revenue, next_orders=next_orders))
    table = customers.table[customers.table.index.isin(ids)]
    return replace(customers, table=table, pasts=tuple(pasts))


def halves_row(
    features: str, rule: str, of_all: int | None, splits: Iterable[tuple[Choices, Choices]]
) -> str:
    """How often halves choose as all customers do, and as one another."""
    pairs = [(first[rule], second[rule]) for first, second in splits]
    chosen = [one for pair in pairs for one in pair]
    alike = sum(first == second for first, second in pairs)
    counts = Counter("none" if k is None else str(k) for k in chosen)
    shown = ", ".join(f"{k}: {count}" for k, count in sorted(counts.items()))
    return (
        f"| {features} | {rule} | {shown} | {chosen.count(of_all)} of {len(chosen)} | "
        f"{alike} of {len(pairs)} |"
    )


def listed(chosen: Iterable[int | None]) -> str:
    """Cells of a row."""
    return " | ".join("none" if each is None else str(each) for each in chosen)


if __name__ == "__main__":
    main()
