"""Runs that differ by their seed only, as one configuration: what a seed decides is no choice."""

import re

import pandas as pd

SEED_IN_NAME = re.compile(r" seed=\S+")


def over_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """Put runs that differ by their seed only into one row, with the means of their figures.

    Parameters
    ----------
    table : DataFrame
        One row per run: ``configuration`` (equal where runs differ by seed only; empty where that
        is unknown), ``status``, ``name``, ``seed``, ``eligible``, ``ineligible_reason``, ``score``,
        ``members`` (ids of its runs) and the metrics.

    Returns
    -------
    DataFrame
        One row per configuration, in the order of their first run. A row of several runs has the
        id of the run whose score is nearest their mean, is eligible where all of them are, and
        says in ``score_spread`` by how much the scores differ (standard deviation), in ``seeds``
        how many there are.
    """
    table = table.assign(seeds=1, score_spread=float("nan"))
    if "configuration" not in table:
        return table
    several = (table["status"] == "FINISHED") & (table["configuration"] != "")
    rows = [(run.name, run) for _, run in table[~several].iterrows()]
    for _, runs in table[several].groupby("configuration", sort=False):
        rows.append((runs.index[0], runs.iloc[0] if len(runs) == 1 else _together(runs)))
    ordered = [row for _, row in sorted(rows, key=lambda each: each[0])]
    return pd.DataFrame(ordered).astype(table.dtypes.to_dict()).reset_index(drop=True)


def _together(runs: pd.DataFrame) -> pd.Series:
    mean, spread = runs["score"].mean(), runs["score"].std()
    nearest = (runs["score"] - mean).abs().fillna(float("inf")).idxmin()
    row = runs.loc[nearest].copy()
    figures = [name for name in runs.select_dtypes("float64") if name not in ("k", "score_spread")]
    row[figures] = runs[figures].mean()
    row["score_spread"], row["seeds"] = spread, len(runs)
    row["members"] = tuple(runs["run_id"])
    row["name"] = f"{SEED_IN_NAME.sub('', row['name'])} ({len(runs)} seeds)"
    broken = runs[~runs["eligible"]]
    row["eligible"] = broken.empty
    if not broken.empty:
        first = broken.iloc[0]
        of_all = f"{len(broken)} of {len(runs)} seeds"
        row["ineligible_briefly"] = first["ineligible_briefly"]
        row["ineligible_reason"] = f"{first['ineligible_reason']} (seed {first['seed']}; {of_all})"
    row["reused"] = bool(runs["reused"].all())
    return row
