"""Features of a size that can be computed with."""

from typing import Any

import numpy as np

LARGEST = 1e100
"""Of a feature, whatever its sign: squares of larger ones and their sums are infinite."""


def require_moderate(segmenter: Any, X: np.ndarray) -> None:
    """Refuse values beyond ±10¹⁰⁰.

    Raises
    ------
    ValueError
        Names the first feature and row.
    """
    too_large = np.argwhere(np.abs(X) > LARGEST)
    if len(too_large):
        row, column = too_large[0]
        names = getattr(segmenter, "feature_names_in_", range(X.shape[1]))
        raise ValueError(
            f"feature {names[column]} is {X[row, column]:g} in row {row}, and none may be "
            f"beyond ±{LARGEST:g}; leave the row out, or correct it"
        )
