"""Fitted models as files: data without code, never a pickle."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from segmentation.errors import FULL, UserError
from segmentation.model.algorithms import ALGORITHMS, class_name
from segmentation.model.pipeline import CustomerSegmenter

TRUSTED_TYPES = tuple(
    sorted(
        {
            "segmentation.model.pipeline.CustomerSegmenter",
            "segmentation.model.scaling.signed_log1p",
            *(name for row in ALGORITHMS.values() for name in row.trusted),
        }
    )
)
"""Types beyond numpy, scipy and scikit-learn that a saved model may hold; any other is refused."""


def save_segmenter(segmenter: CustomerSegmenter, path: Path) -> None:
    """Write a fitted segmenter in skops format, and read it back to see that it works.

    Raises
    ------
    UserError
        If it cannot be written, cannot be loaded again, or predicts otherwise then.
    """
    example = _made_up_customers(segmenter)
    try:
        skops.io.dump(segmenter, path)
        same = load_segmenter(path).describe(example).equals(segmenter.describe(example))
    # Whatever an estimator of any library raises, it cannot be used.
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        raise _cannot_be_saved(segmenter, _in_words(error, path)) from error
    if not same:
        raise _cannot_be_saved(segmenter, "read back, it predicts something else")


def load_segmenter(path: Path) -> CustomerSegmenter:
    """Read a fitted segmenter written by :func:`save_segmenter`.

    Raises
    ------
    skops.io.exceptions.UntrustedTypesFoundException
        If the file holds a type that is not in ``TRUSTED_TYPES``.
    """
    segmenter: CustomerSegmenter = skops.io.load(path, trusted=list(TRUSTED_TYPES))
    return segmenter


@dataclass(frozen=True)
class SavedSegmenter:
    """A fitted segmenter as the bytes of its file, which every process that uses it loads once.

    Attributes
    ----------
    content : bytes
        Of a file that :func:`save_segmenter` wrote.
    """

    content: bytes = field(repr=False)

    def load(self) -> CustomerSegmenter:
        """Load it, once in every process.

        Raises
        ------
        Exception
            Whatever skops raises for a file that is damaged, or holds a type that is not trusted.
        """
        return _loaded(self.content)

    def describe(self, features: pd.DataFrame) -> pd.DataFrame:
        """Segment customers, see :meth:`segmentation.model.pipeline.CustomerSegmenter.describe`."""
        return self.load().describe(features)


@lru_cache(maxsize=1)
def _loaded(content: bytes) -> CustomerSegmenter:
    segmenter: CustomerSegmenter = skops.io.loads(content, trusted=list(TRUSTED_TYPES))
    return segmenter


def another(part: str) -> str:
    """Remedy for an ``algorithm`` or a ``scaler`` that cannot be used."""
    if part == "scaler":
        return "choose one of conf/scaler"
    return f"choose one of {', '.join(row.option for row in ALGORITHMS.values())}"


def _made_up_customers(segmenter: CustomerSegmenter) -> pd.DataFrame | np.ndarray:
    """Three customers, from little to much, with the features that the segmenter was fitted on."""
    values = np.array([[1.0], [10.0], [100.0]]) * np.ones(segmenter.n_features_in_)
    names = getattr(segmenter, "feature_names_in_", None)
    return values if names is None else pd.DataFrame(values, columns=names)


def _cannot_be_saved(segmenter: CustomerSegmenter, reason: str) -> UserError:
    """Blame the scaler where it cannot be saved on its own, else the algorithm."""
    part, estimator = "algorithm", segmenter.clusterer_
    if not _survives(segmenter.scaler_):
        part, estimator = "scaler", segmenter.scaler_
    return UserError(f"{part}={class_name(estimator)} cannot be saved: {reason}; {another(part)}")


def _survives(estimator: Any) -> bool:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "part.skops"
        try:
            skops.io.dump(estimator, file)
            skops.io.load(file, trusted=list(TRUSTED_TYPES))
        except Exception:
            return False
    return True


def _in_words(error: Exception, path: Path) -> str:
    if isinstance(error, UntrustedTypesFoundException):
        types = sorted(set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED_TYPES))
        return f"it holds types that are not trusted ({', '.join(types)})"
    return " ".join(str(error).split()).rstrip(".")
