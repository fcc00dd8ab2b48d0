import json

import numpy as np
import pandas as pd
import pytest

from segmentation.model.bad_rows import complaint, usable, with_nulls

FEATURES = pd.DataFrame(
    {"orders": [1.0, np.nan, 3.0, 1e100], "revenue": [5.0, 5.0, -np.inf, -1.1e100]},
    index=["a", "b", "c", "d"],
)


def test_a_value_is_usable_where_it_is_a_number_of_moderate_size():
    assert usable(FEATURES).tolist() == [[True, True], [False, True], [True, False], [True, False]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a"], ""),
        (
            ["a", "b", "c"],
            "column 'orders' is missing, infinite or beyond ±1e+100 in 1 of 3 rows (b)",
        ),
        (["a", "c", "d"], "column 'revenue' is missing, infinite or beyond ±1e+100 in 2 of 3 rows"),
    ],
)
def test_a_complaint_names_the_first_bad_column(rows, said):
    features = FEATURES.loc[rows]
    assert complaint(features, usable(features)).startswith(said)
    assert bool(complaint(features, usable(features))) == bool(said)


def test_what_is_said_of_bad_rows_is_null_in_json_too():
    said = pd.DataFrame({"segment": [0, 1], "confidence": [0.5, 0.25], "outlier": [False, True]})
    told = with_nulls(said, np.array([True, False]))
    assert json.dumps(told.to_dict("records"), allow_nan=False) == (
        '[{"segment": 0, "confidence": 0.5, "outlier": false}, '
        '{"segment": null, "confidence": null, "outlier": null}]'
    )
