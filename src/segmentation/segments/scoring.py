"""The segment of every customer beside its features, in this process or on an engine's workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.model.rfm import Borders, rfm_scores
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.holdout import Holdout
from segmentation.segments.scored_by import ScoredBy


@dataclass(frozen=True)
class Scorer:
    """A model with all that scoring needs of it; whole, it goes to other processes.

    Attributes
    ----------
    predict : callable
        Features in, ``segment``, ``name``, ``confidence``, ``borderline`` and ``outlier`` out.
    features : sequence of str
        Columns that the model was trained on.
    borders : dict of str to list of float
        Of the RFM scores, see `model.rfm.rfm_borders`.
    as_of : str
        When the customers were measured, ISO 8601.
    scored_by : ScoredBy
        The model.
    reference : Reference
        Its customers, in whose bins others are counted.
    holdout : Holdout
        Who is held out of a campaign; by default nobody.
    """

    predict: Callable[[pd.DataFrame], pd.DataFrame]
    features: Sequence[str]
    borders: Borders
    as_of: str
    scored_by: ScoredBy
    reference: Reference
    holdout: Holdout = field(default_factory=Holdout)

    def score(self, customers: pa.RecordBatch) -> pa.Table:
        """Put the segment of every customer beside its features.

        Parameters
        ----------
        customers : RecordBatch of n_customers rows
            ``customer_id``, the features of the model and those of RFM, in their own units.

        Returns
        -------
        Table of n_customers rows
            ``customer_id``, the features, revenue where it is none of them, what the model says,
            the RFM scores where there are borders, ``control``, ``as_of``, ``model_name``,
            ``model_version`` and ``model_id``.
        """
        measured = customers.drop_columns(["customer_id"]).to_pandas()
        said = self.predict(measured[list(self.features)])
        told = pd.concat(
            [said.set_axis(measured.index), rfm_scores(measured, self.borders)], axis=1
        )
        columns = {"customer_id": customers["customer_id"].cast(pa.string())}
        for name in dict.fromkeys([*self.features, "revenue"]):
            columns[name] = customers[name]
        for name, values in told.items():
            column = pa.array(values)
            is_text = pa.types.is_large_string(column.type)
            columns[str(name)] = column.cast(pa.string()) if is_text else column
        columns["control"] = self.holdout.control(columns["customer_id"])
        for name, text in {"as_of": self.as_of, **self.scored_by.columns()}.items():
            columns[name] = pa.repeat(text, customers.num_rows)
        return pa.table(columns)

    def count(self, scored: pa.Table) -> SegmentCounts:
        """Count scored customers in the bins of the reference and in the segments."""
        features = scored.select(list(self.reference.edges)).to_pandas()
        counts = self.reference.count(features, scored["name"].to_pandas())
        held_out = pc.value_counts(scored["name"].filter(scored["control"])).to_pylist()
        control = {str(each["values"]): int(each["counts"]) for each in held_out}
        return replace(counts, control=control)
