from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.data.cleaning import CleaningRules
from segmentation.data.complete_journey import complete_journey
from segmentation.segments.naming import SegmentName, name_segments
from segmentation.segments.vocabulary import DISTINCTIONS, TERMS, VOCABULARY
from tests.helpers.measuring import customers
from tests.helpers.retail import AFTER_LAST_LINE, measure_customers

RFM = ["recency_days", "orders", "revenue"]


def shop(groups: dict[str, tuple[float, float, float]], size: int = 20) -> pd.DataFrame:
    """Customers of each group around its revenue, orders and recency_days."""
    spread = np.linspace(0.99, 1.01, size)
    rows = [
        {"group": group, "revenue": revenue * x, "orders": orders, "recency_days": days}
        for group, (revenue, orders, days) in groups.items()
        for x in spread
    ]
    frame = pd.DataFrame(rows).astype({"orders": float, "recency_days": float})
    frame.index = pd.Index([f"c{number:04d}" for number in range(len(frame))], name="customer_id")
    return frame


def by_group(table: pd.DataFrame, **options: object) -> dict[str, SegmentName]:
    codes, groups = pd.factorize(table["group"])
    named = name_segments(table, codes, **options)
    return {groups[segment.segment]: segment for segment in named if segment.segment >= 0}


def kmeans(table: pd.DataFrame, k: int) -> np.ndarray:
    space = StandardScaler().fit_transform(np.log1p(table[RFM]))
    return KMeans(k, n_init=10, random_state=42).fit_predict(space)


def names_by_members(table: pd.DataFrame, labels: np.ndarray) -> dict[frozenset[str], str]:
    return {
        frozenset(table.index[labels == segment.segment]): segment.name
        for segment in name_segments(table, labels)
    }


SIX = {
    "best": (9000, 30, 3),
    "steady": (3600, 12, 25),
    "large": (1500, 2, 40),
    "fresh": (100, 2, 5),
    "once good": (6000, 8, 200),
    "away": (80, 1, 300),
}


def test_six_plain_groups_get_the_names_an_analyst_would_give():
    names = {group: segment.name for group, segment in by_group(shop(SIX)).items()}
    assert names == {
        "best": "champions",
        "steady": "loyal",
        "large": "big baskets",
        "fresh": "promising",
        "once good": "at risk",
        "away": "dormant",
    }


def test_evidence_and_base_are_what_was_measured_in_real_units():
    table = shop({"best": (8088, 14, 12), "away": (300, 1, 180)})
    best, away = by_group(table)["best"], by_group(table)["away"]
    assert best.evidence == (
        "median 8,088 of revenue, 14 orders, 578 per order, last bought 12 days ago; "
        "quintiles (5 = highest, most recent): revenue 4, orders 4, order value 4, recency 4"
    )
    assert best.rule.startswith("recency in quintile 4 to 5, orders in quintile 4 to 5")
    assert (best.action, best.base) == ("retain", "revenue 161,760, 96.4% of all")
    assert (away.action, away.base) == ("keep informed", "0.0% bought in the last 90 days")
    assert "1 order, 300 per order" in away.evidence
    assert (best.recent_buyer_share, away.recent_buyer_share) == (1.0, 0.0)


def test_ties_stand_in_the_middle_of_their_ranks():
    # 90 % of customers have one order: neither few nor many, as almost everybody has one
    table = shop({"one": (50, 1, 100), "two": (90, 2, 10)})
    table = pd.concat([table[table["group"] == "one"]] * 9 + [table[table["group"] == "two"]])
    table.index = pd.Index([f"c{number}" for number in range(len(table))])
    named = by_group(table)
    assert "orders 3" in named["one"].evidence
    assert "orders 5" in named["two"].evidence


def test_nobody_who_bought_within_a_month_is_called_dormant():
    grocery = {"weekly": (4000, 100, 1), "monthly": (200, 9, 13)}
    assert by_group(shop(grocery))["monthly"].name == "casual"
    assert by_group(shop(grocery | {"monthly": (200, 9, 45)}))["monthly"].name == "dormant"


def test_noise_and_key_accounts_are_named_for_what_they_are():
    table = shop(SIX)
    labels = pd.factorize(table["group"])[0]
    labels[labels == 5] = -1
    named = {segment.segment: segment for segment in name_segments(table, labels, key_accounts=0)}
    assert named[-1].name == "unassigned"
    assert (named[0].name, named[0].action) == ("key accounts", "review as key account")
    assert named[1].name == "loyal"


def test_the_best_of_two_keeps_the_name_and_the_other_takes_a_looser_one():
    named = by_group(shop(SIX | {"second best": (6000, 20, 6)}, size=10))
    assert named["best"].name == "champions"
    assert named["second best"].name == "loyal, higher value"
    assert named["steady"].name == "loyal, lower value"


def test_segments_that_differ_in_nothing_are_numbered():
    table = shop(dict.fromkeys("abc", (100, 1, 50)))
    named = by_group(table)
    assert sorted(segment.name for segment in named.values()) == [
        "casual, group 1",
        "casual, group 2",
        "casual, group 3",
    ]


def test_a_kept_name_stays_and_is_not_given_again():
    named = by_group(shop(SIX), kept={1: "champions"})
    assert named["steady"].name == "champions"
    assert named["steady"].rule.startswith("kept from the champion")
    assert "though not" in named["steady"].rule
    assert named["best"].name == "loyal"
    qualified = by_group(shop(SIX), kept={1: "loyal, higher value", 2: "a name of my own"})
    assert qualified["steady"].name == "loyal, higher value"
    assert qualified["large"].name == "big baskets"


def test_a_kept_name_never_meets_its_double():
    twins = SIX | {"best": (3000, 20, 60), "steady": (2000, 10, 60)}
    named = by_group(shop(twins), kept={1: "loyal, higher value"})
    names = [segment.name for segment in named.values()]
    assert named["steady"].name == "loyal, higher value"
    assert named["best"].name == "loyal, higher value (2)"
    assert len(set(names)) == len(names)


def test_every_combination_of_quintiles_has_a_name_and_every_name_can_occur():
    measures = [comparison.measure for comparison in DISTINCTIONS]
    first = set()
    for quintiles in product(range(5), repeat=4):
        positions = {m: q / 5 + 0.1 for m, q in zip(measures, quintiles, strict=True)}
        holding = [term.name for term in VOCABULARY if term.holds(positions)]
        assert holding
        first.add(holding[0])
    assert first == set(TERMS)


segments = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 25.0, 25.0, 333.33, -12.5, 8_000.0]),
        st.integers(0, 6),
        st.integers(0, 120),
        st.integers(-1, 11),
    ),
    min_size=2,
    max_size=60,
)


def hostile(rows: list[tuple[float, int, int, int]]) -> tuple[pd.DataFrame, np.ndarray]:
    table = pd.DataFrame(rows, columns=["revenue", "orders", "recency_days", "label"]).astype(float)
    table.index = pd.Index([f"c{number:03d}" for number in range(len(rows))], name="customer_id")
    return table, table["label"].to_numpy().astype(int)


@given(segments)
@settings(max_examples=60, deadline=None)
def test_two_segments_never_share_a_name_whatever_the_data(rows):
    table, labels = hostile(rows)
    names = [segment.name for segment in name_segments(table, labels)]
    assert len(names) == len(np.unique(labels))
    assert len(set(names)) == len(names)


@given(segments, st.randoms(use_true_random=False), st.sampled_from([0.01, 0.1, 3.0, 1.17, 1e6]))
@settings(max_examples=40, deadline=None)
def test_numbering_row_order_and_currency_do_not_change_a_name(rows, random, rate):
    table, labels = hostile(rows)
    expected = names_by_members(table, labels)
    renumbered = list(range(12))
    random.shuffle(renumbered)
    other = np.array([label if label < 0 else renumbered[label] for label in labels])
    order = list(range(len(rows)))
    random.shuffle(order)
    converted = table.assign(revenue=table["revenue"] * rate).iloc[order]
    assert names_by_members(converted, other[order]) == expected


@given(segments, st.dictionaries(st.integers(-1, 11), st.sampled_from(sorted(TERMS)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_kept_names_stay_and_all_differ_whatever_the_data(rows, wanted):
    kept = {segment: name for name, segment in {n: s for s, n in wanted.items()}.items()}
    table, labels = hostile(rows)
    named = {s.segment: s.name for s in name_segments(table, labels, kept=kept)}
    assert len(set(named.values())) == len(named)
    assert all(named[s] == name for s, name in kept.items() if s in named and s >= 0)


def test_online_retail_in_four_segments(shared_data: Path):
    table = measure_customers(shared_data, AFTER_LAST_LINE).set_index("customer_id")
    named = name_segments(table, kmeans(table, 4))
    assert sorted(segment.name for segment in named) == [
        "champions",
        "dormant",
        "loyal",
        "promising",
    ]


@pytest.mark.slow
def test_the_embedded_groceries_know_only_one_small_dormant_group():
    table = customers(complete_journey(), CleaningRules(), RFM).table
    labels = kmeans(table, 4)
    named = {segment.name: segment for segment in name_segments(table, labels)}
    assert sorted(named) == ["casual", "champions", "dormant", "promising"]
    assert np.median(table["recency_days"][labels == named["dormant"].segment]) > 30
