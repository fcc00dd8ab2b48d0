"""Runs as a selection sees them, and what it makes of them."""

import pandas as pd

from segmentation.selection.guards import SelectionRules
from segmentation.selection.ranking import rank_runs
from segmentation.selection.verdict import choose

NAN = float("nan")
GOOD = {
    "n_segments": 4.0,
    "smallest_segment_share": 0.1,
    "largest_segment_share": 0.5,
    "noise_share": 0.0,
    "noise_revenue_share": 0.0,
    "stability_min": 0.9,
}
RULES = SelectionRules()


def run(name, **values):
    row = {"run_id": f"id-{name}", "name": name, "status": "FINISHED", "simplicity": 0}
    row |= {"degenerate": "", "error": "", "silhouette_macro_common": 0.3}
    return row | GOOD | values


def select(*runs, rules=RULES):
    ranked = rank_runs(pd.DataFrame(list(runs)), rules)
    return ranked, choose(ranked, rules)


def order(*runs, rules=RULES):
    return select(*runs, rules=rules)[0]["name"].tolist()
