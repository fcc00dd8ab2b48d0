"""The segment of every customer beside its features, in this process or on an engine's workers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.transactions import KEPT
from segmentation.model.rfm import Borders, rfm_scores
from segmentation.segments.customer_list import RFM_FEATURES, changes, in_order
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
    actions : mapping of str to str
        Name of a segment to what to do with it.
    holdout : Holdout
        Who is held out of a campaign; by default nobody.
    """

    predict: Callable[[pd.DataFrame], pd.DataFrame]
    features: Sequence[str]
    borders: Borders
    as_of: str
    scored_by: ScoredBy
    reference: Reference
    actions: Mapping[str, str] = field(default_factory=dict)
    holdout: Holdout = field(default_factory=Holdout)

    def score(self, customers: pa.RecordBatch) -> pa.Table:
        """Put the segment of every customer beside what is known of it.

        Parameters
        ----------
        customers : RecordBatch of n_customers rows
            ``customer_id``, the features of the model and those of RFM, in their own units; beside
            them columns to be carried and the segments of an earlier list, see `customer_list`.

        Returns
        -------
        Table of n_customers rows
            The columns of `customer_list.COLUMNS`, those of RFM where there are borders, the other
            features, what else the model says, ``as_of``, ``model_name``, ``model_version`` and
            ``model_id``.
        """
        features = list(dict.fromkeys([*self.features, *RFM_FEATURES]))
        measured = customers.select(features).to_pandas()
        said = self.predict(measured[list(self.features)]).set_axis(measured.index)
        told = pd.concat([said, rfm_scores(measured, self.borders)], axis=1)
        columns = {"customer_id": customers["customer_id"].cast(pa.string())}
        for name in customers.schema.names:
            if name in features or name.startswith(KEPT):
                columns[name] = customers[name]
        columns |= {str(name): _text_as_text(pa.array(values)) for name, values in told.items()}
        names = columns["segment_name"] = columns.pop("name")
        columns["action"] = pa.array(map(self.actions.get, names.to_pylist()), pa.string())
        columns |= changes(customers, names, self.as_of)
        columns["control"] = self.holdout.control(columns["customer_id"])
        for name, text in {"as_of": self.as_of, **self.scored_by.columns()}.items():
            columns[name] = pa.repeat(text, customers.num_rows)
        return in_order(columns)

    def count(self, scored: pa.Table) -> SegmentCounts:
        """Count scored customers in the bins of the reference and in the segments."""
        features = scored.select(list(self.reference.edges)).to_pandas()
        counts = self.reference.count(features, scored["segment_name"].to_pandas())
        held_out = pc.value_counts(scored["segment_name"].filter(scored["control"])).to_pylist()
        control = {str(each["values"]): int(each["counts"]) for each in held_out}
        return replace(counts, control=control)


def _text_as_text(values: pa.Array) -> pa.Array:
    return values.cast(pa.string()) if pa.types.is_large_string(values.type) else values
