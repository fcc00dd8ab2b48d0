"""What is typical of the customers of each segment, in columns that are no features."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.customers.described import FEWEST_CUSTOMERS, Described
from segmentation.data.harmless_text import restored_text
from segmentation.data.output_file import output_file
from segmentation.segments.segment_name import SegmentName

COLUMNS = (
    "column",
    "value",
    "segment",
    "name",
    "customers",
    "share",
    "share_of_all",
    "over_index",
    "effect_size",
)
SMALL_EFFECT = 0.2
"""Of Cohen's h, from which on a difference of two shares is worth telling (Cohen 1988, 6.2)."""
MANY_VALUES = 100
"""Of a column with more values, as products, only what is typical is kept."""


def describe_segments(
    described: Described, labels: np.ndarray, names: Sequence[SegmentName]
) -> pd.DataFrame:
    """Compare the share of a segment's customers that has a value with the share of all.

    Over-index = share / share of all. Effect size: Cohen's h = 2 arcsin √share − 2 arcsin √share
    of all (Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd ed. 1988, chapter
    6; from 0.2 small, 0.5 medium, 0.8 large). No p-values: with many values some are always small.

    Parameters
    ----------
    described : Described
        Of the customers that were fitted; its values have enough customers each.
    labels : ndarray of int, shape (n_customers,)
        Segment of each of them; −1 = noise.
    names : sequence of SegmentName

    Returns
    -------
    DataFrame
        `COLUMNS`: how many customers of the segment have the value, their share in [0, 1], the
        share of all customers, the ratio of the two and the effect size; by column, segment and
        falling effect size. Segments of fewer than 20 customers are left out, and of columns with
        more than `MANY_VALUES` values those with an effect below `SMALL_EFFECT`.
    """
    segments, places = np.unique(labels, return_inverse=True)
    sizes = np.bincount(places, minlength=len(segments))
    n_values = len(described.values)
    cells = described.codes.astype(np.int64) * len(segments) + places[described.customers]
    counts = np.bincount(cells, minlength=n_values * len(segments))
    counts = counts.reshape(n_values, len(segments))
    rows = np.repeat(np.arange(n_values), len(segments))
    called = {name.segment: name.name for name in names}
    table = pd.DataFrame(
        {
            "column": described.values["column"].to_numpy()[rows],
            "value": described.values["value"].to_numpy()[rows],
            "segment": np.tile(segments, n_values),
            "customers": counts.ravel(),
            "share": (counts / sizes).ravel(),
            "share_of_all": (counts.sum(axis=1) / len(labels))[rows],
        }
    )
    table["name"] = table["segment"].map(called)
    table["over_index"] = table["share"] / table["share_of_all"]
    table["effect_size"] = effect_size(table["share"], table["share_of_all"])
    large = np.tile(sizes >= FEWEST_CUSTOMERS, n_values)
    return _in_order(table[large], described.columns)


def effect_size(share: pd.Series, of_all: pd.Series) -> pd.Series:
    """Cohen's h of two shares: 2 arcsin √share − 2 arcsin √of_all, from −π to π."""
    return 2 * (np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(of_all)))


def is_typical(table: pd.DataFrame) -> pd.Series:
    """Whether a value is had by clearly more, or clearly fewer, of a segment than of all."""
    return table["effect_size"].abs() >= SMALL_EFFECT


def write_descriptions(table: pd.DataFrame, path: Path) -> None:
    """Write what `describe_segments` found as CSV, in which no text is a formula."""
    with output_file(path, overwrite=True) as append:
        append(table)


def read_descriptions(path: Path) -> pd.DataFrame:
    """Read what `write_descriptions` wrote."""
    text = dict.fromkeys(("column", "value", "name"), "str")
    table = pd.read_csv(path, dtype=text, keep_default_na=False)
    for name in text:
        table[name] = table[name].map(restored_text)
    return table


def _in_order(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    values_of = table.groupby("column")["value"].transform("nunique")
    shown = table[(values_of <= MANY_VALUES) | is_typical(table)]
    place = shown["column"].map({name: place for place, name in enumerate(columns)})
    ordered = shown.assign(place=place).sort_values(
        ["place", "segment", "effect_size", "value"], ascending=[True, True, False, True]
    )
    return ordered[list(COLUMNS)].reset_index(drop=True)
