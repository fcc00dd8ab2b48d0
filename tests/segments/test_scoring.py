"""What a row of a scored file holds, and how its customers are counted."""

from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.holdout import Holdout
from segmentation.segments.scored_by import ScoredBy
from segmentation.segments.scoring import Scorer

FEATURES = ["orders", "recency_days"]
AS_OF = "2024-07-19T00:00:00"
BY = ScoredBy("shop", "3", "m-1")
BORDERS = {"recency_days": [5.0, 2.0], "orders": [1.0, 8.0], "revenue": [5.0, 9.0]}
SCORES = ["recency_score", "frequency_score", "monetary_score", "rfm_score"]
TWO = pd.DataFrame(
    {"customer_id": ["a", "b"], "orders": [1.0, 9.0], "recency_days": [9.0, 1.0], "revenue": 5.0}
)
REFERENCE = Reference({"orders": (1.0, 5.0)}, SegmentCounts({"orders": (1, 1, 1)}, {"loyal": 3}))


@pytest.fixture
def asked():
    """Columns that the model was asked about."""
    return []


@pytest.fixture
def scorer(asked):
    def predict(features):
        asked.append(list(features.columns))
        said = {"segment": [1, 0], "name": ["casual", "loyal"], "confidence": [0.5, 0.9]}
        return pd.DataFrame(said, index=[7, 8])

    return Scorer(predict, FEATURES, BORDERS, AS_OF, BY, REFERENCE, {"loyal": "retain"})


def test_what_the_model_says_stands_beside_what_it_was_told(scorer, asked):
    result = scorer.score(pa.RecordBatch.from_pandas(TWO)).to_pandas()
    assert asked == [FEATURES]
    assert list(result.columns) == [
        "customer_id",
        "segment",
        "segment_name",
        "action",
        "confidence",
        "recency_days",
        "orders",
        "revenue",
        *SCORES,
        "previous_segment_name",
        "changed_on",
        "control",
        "as_of",
        "model_name",
        "model_version",
        "model_id",
    ]
    said = ["b", 0, "loyal", "retain", 0.9, 1.0, 9.0, 5.0, 3, 3, 1, 7, None, None, False]
    known = result.astype(object).where(result.notna(), None)
    assert known.loc[1].tolist() == [*said, AS_OF, "shop", "3", "m-1"]
    assert result.loc[0, SCORES].tolist() == [1, 1, 1, 3]


def test_without_borders_there_are_no_rfm_scores(scorer):
    without = Scorer(**vars(scorer) | {"borders": {}})
    columns = without.score(pa.RecordBatch.from_pandas(TWO)).column_names
    assert not set(SCORES) & set(columns)
    assert columns[-5:] == ["control", "as_of", *BY.columns()]


def test_text_is_text_and_no_index_is_left(scorer):
    kinds = {str(field.type) for field in scorer.score(pa.RecordBatch.from_pandas(TWO)).schema}
    assert kinds == {"string", "double", "int64", "bool"}


def test_customers_are_counted_in_the_bins_of_the_training_and_by_segment(scorer):
    counts = scorer.count(scorer.score(pa.RecordBatch.from_pandas(TWO)))
    assert counts == SegmentCounts({"orders": (1, 0, 1)}, {"casual": 1, "loyal": 1})


def test_who_is_held_out_is_marked_and_counted_by_segment(scorer):
    with_holdout = replace(scorer, holdout=Holdout(0.5, "spring"))
    drawn = [f"c{number}" for number in range(9)]
    alone = [Holdout(0.5, "spring").control([each])[0].as_py() for each in drawn]
    pair = pd.DataFrame(TWO).assign(
        customer_id=[drawn[alone.index(True)], drawn[alone.index(False)]]
    )
    scored = with_holdout.score(pa.RecordBatch.from_pandas(pair))
    assert scored["control"].to_pylist() == [True, False]
    assert with_holdout.count(scored).control == {"casual": 1}
    twice = with_holdout.count(scored) + with_holdout.count(scored)
    assert twice.control == {"casual": 2}
