"""Why one customer is in a segment: values beside the medians, and how near the next one is."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segmentation.model.distances import segment_distances
from segmentation.model.pipeline import CustomerSegmenter

MEDIAN = "_median"
DECIMALS = 2


def values_beside(
    customer: Mapping[str, Any], profile: pd.DataFrame, segments: Mapping[int, str]
) -> pd.DataFrame:
    """Put the values of a customer beside the medians of segments, as the training found them.

    Parameters
    ----------
    customer : mapping
        Of a list, by column.
    profile : DataFrame
        See `segments.profiles.segment_profile`.
    segments : mapping of int to str
        Id to name, in the order of the columns.

    Returns
    -------
    DataFrame
        A row per feature, with ``feature``, ``this customer`` and ``median of …``; missing where
        the list lacks the feature.
    """
    medians = profile.set_index("segment")
    features = [name.removesuffix(MEDIAN) for name in profile.columns if name.endswith(MEDIAN)]
    columns: dict[str, Any] = {
        "feature": features,
        "this customer": [customer.get(feature) for feature in features],
    }
    for segment, name in segments.items():
        if segment in medians.index:
            found = [float(medians.loc[segment, feature + MEDIAN]) for feature in features]
            columns[f"median of {name}"] = found
    return pd.DataFrame(columns).round(DECIMALS)


def distances_of(
    segmenter: CustomerSegmenter, customer: pd.DataFrame
) -> tuple[dict[int, float], float]:
    """Ask the recorded model about one customer.

    Parameters
    ----------
    segmenter : CustomerSegmenter
    customer : DataFrame of one row
        With the features of the model.

    Returns
    -------
    distances : dict of int to float
        See `model.distances.segment_distances`.
    confidence : float
        In [0, 1], by the rule of the algorithm.
    """
    features = customer[list(segmenter.feature_names_in_)].astype("float64")
    said = segmenter.describe(features)
    return segment_distances(segmenter, features), float(said["confidence"].iloc[0])


def missing_features(segmenter: CustomerSegmenter, customer: pd.DataFrame) -> list[str]:
    """Name what the model needs of a customer, and the list does not hold."""
    names = map(str, segmenter.feature_names_in_)
    return [name for name in names if name not in customer or customer[name].isna().any()]


def next_segment(distances: Mapping[int, float], own: int) -> int | None:
    """Choose the nearest segment that is not the customer's own; ``None`` where there is none."""
    return next((segment for segment in distances if segment != own), None)
