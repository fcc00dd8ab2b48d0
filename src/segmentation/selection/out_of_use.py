"""Whether the champion's recipe still gives segments that can be used, on customers of today."""

import pandas as pd

from segmentation.errors import UserError
from segmentation.evaluation.options import DRAWS
from segmentation.evaluation.resampling import refit_like
from segmentation.evaluation.sizes import segment_sizes
from segmentation.evaluation.stability import bootstrap_stability
from segmentation.model.fitting import fit_again
from segmentation.model.pipeline import CustomerSegmenter
from segmentation.selection.guards import GUARDS, SelectionRules

LEAST_STABILITY = 0.60
"""Below, a segment is not to be trusted (Hennig 2007)."""


def no_longer_usable(
    champion: CustomerSegmenter, table: pd.DataFrame, rules: SelectionRules, seed: int
) -> str:
    """Say which guard of size the champion's recipe breaks, or that it is no longer stable.

    Parameters
    ----------
    champion : fitted CustomerSegmenter
        Its recipe is fitted again.
    table : DataFrame
        Customers of today, with revenue and the features of the champion.
    rules : SelectionRules
    seed : int
        Of the bootstraps.

    Returns
    -------
    str
        Empty where it can be used.
    """
    try:
        again = fit_again(champion, table)
    except UserError as error:
        return f"the champion's recipe cannot be fitted any more: {error}"
    clustered = ~again.set_apart(table[list(again.feature_names_in_)])
    labels, revenue = again.labels_[clustered], table["revenue"].to_numpy()[clustered]
    sizes = segment_sizes(labels, revenue)
    broken = [reason for guard in GUARDS if (reason := guard.reason(sizes, rules))]
    if broken:
        return f"the champion's recipe breaks a guard on these customers: {'; '.join(broken)}"
    values = table[again.features_].to_numpy()[clustered]
    stability = bootstrap_stability(refit_like(again), values, labels, draws=DRAWS, seed=seed)
    least = stability.metrics().get("stability_min")
    if least is not None and least < LEAST_STABILITY:
        return (
            f"the champion's recipe is no longer stable on these customers: stability_min "
            f"{least:.2f}, at least {LEAST_STABILITY:.2f} needed"
        )
    return ""
