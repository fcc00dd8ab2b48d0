import numpy as np
import pandas as pd
import pytest

from segmentation.customers.customers_file import CustomersFile
from segmentation.evaluation.stability import Stability
from segmentation.segments.naming import name_segments
from segmentation.segments.profiles import most_revenue, segment_profile

TABLE = pd.DataFrame(
    {
        "revenue": [10.0, 20.0, 30.0, 40.0, 300.0],
        "orders": [1.0, 1, 2, 4, 9],
        "recency_days": [5.0, 4, 3, 2, 1],
    }
)
LABELS = np.array([1, 1, 1, -1, 0])


def profile_of(table):
    names = name_segments(table, LABELS)
    return segment_profile(table, LABELS, ["orders"], names).set_index("segment")


def test_profile_of_a_known_table():
    profile = profile_of(TABLE)
    assert list(profile.index) == [-1, 0, 1]
    assert profile["customers"].tolist() == [1, 1, 3]
    assert profile["customer_share"].tolist() == pytest.approx([0.2, 0.2, 0.6])
    assert profile["revenue"].tolist() == [40, 300, 60]
    assert profile["revenue_share"].tolist() == pytest.approx([0.1, 0.75, 0.15])
    figures = profile.loc[1, ["orders_mean", "orders_q25", "orders_median", "orders_q75"]]
    assert figures.tolist() == pytest.approx([4 / 3, 1.0, 1.0, 1.5])
    # Median of all is 2, standard deviation of all 3.007.
    assert profile.loc[0, "orders_median_difference"] == pytest.approx(7 / 3.00665928)


def test_every_segment_has_a_name_of_its_own_and_stability_is_open_where_not_measured():
    profile = profile_of(TABLE)
    assert profile["name"].is_unique
    assert profile["stability"].isna().all()
    assert profile["dissolved_share"].isna().all()


def test_a_segment_has_its_own_stability_and_noise_has_none():
    measured = np.array([0, 1]), np.array([0.9, 0.6]), np.array([0.01, 0.02]), np.array([0.0, 0.3])
    names = name_segments(TABLE, LABELS)
    profile = segment_profile(TABLE, LABELS, ["orders"], names, Stability(*measured, draws=50))
    assert profile["stability"].tolist() == pytest.approx([np.nan, 0.9, 0.6], nan_ok=True)
    assert profile["dissolved_share"].tolist() == pytest.approx([np.nan, 0.0, 0.3], nan_ok=True)


def test_a_segment_has_its_own_name_and_what_to_do_with_it():
    names = name_segments(TABLE, LABELS)
    profile = profile_of(TABLE)
    assert profile["name"].to_dict() == {each.segment: each.name for each in names}
    for told in ("evidence", "action", "base", "aim", "offer", "when", "stake_formula"):
        assert profile[told].to_dict() == {each.segment: getattr(each, told) for each in names}
    assert profile.loc[0, "stake"] == 300.0


def test_a_share_of_less_than_a_unit_of_revenue_is_a_share():
    profile = profile_of(TABLE.assign(revenue=TABLE["revenue"] / 1000))
    assert profile["revenue_share"].tolist() == pytest.approx([0.1, 0.75, 0.15])


def test_of_more_segments_than_are_read_those_of_the_least_revenue_are_not_shown():
    revenue = [float(number) for number in range(21)]
    profile = pd.DataFrame({"segment": range(21), "revenue": [*revenue[3:], *revenue[:3]]})
    assert most_revenue(profile)["segment"].tolist() == [*range(18), 19, 20]
    assert most_revenue(profile[:20])["segment"].tolist() == [*range(20)]


def test_shares_of_revenue_are_absent_where_refunds_outweigh_it():
    profile = profile_of(TABLE.assign(revenue=-TABLE["revenue"]))
    assert profile["revenue_share"].isna().all()
    assert profile["revenue"].sum() == -400
    nothing_left = profile_of(TABLE.assign(revenue=[10.0, 20.0, 30.0, 40.0, -100.0]))
    assert nothing_left["revenue_share"].isna().all()


def test_a_profile_is_of_all_customers_and_counts_those_who_were_fitted(tmp_path):
    everybody = TABLE.assign(customer_id=list("abcde"))
    everybody.to_parquet(tmp_path / "all.parquet", index=False)
    names = name_segments(TABLE, LABELS)
    file = CustomersFile(tmp_path / "all.parquet")
    found = segment_profile(file, LABELS, ["orders"], names, fitted_labels=LABELS[1:4])
    whole = segment_profile(TABLE, LABELS, ["orders"], names)
    assert found["fitted_customers"].tolist() == [1, 0, 2]
    assert whole["fitted_customers"].tolist() == whole["customers"].tolist()
    rest = found.columns.drop("fitted_customers")
    pd.testing.assert_frame_equal(found[rest], whole[rest])
