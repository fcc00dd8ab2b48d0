from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.customers.measured import MeasuringPlan, measure_customers
from segmentation.customers.rhythm import Rhythm, gaps_absent
from segmentation.data.cleaning import CleaningRules
from segmentation.data.complete_journey import complete_journey
from segmentation.data.sources import transactions
from segmentation.segments.naming import name_segments
from segmentation.segments.position import segment_positions
from segmentation.segments.vocabulary import (
    TERMS,
    VALUE_VOCABULARY,
    VOCABULARY,
)
from tests.helpers.named import SIX, TOLD, UNTOLD, by_group, names, shop

RFM = ["recency_days", "orders", "revenue"]


def kmeans(table: pd.DataFrame, k: int) -> np.ndarray:
    space = StandardScaler().fit_transform(np.log1p(table[RFM]))
    return KMeans(k, n_init=10, random_state=42).fit_predict(space)


def names_by_members(
    table: pd.DataFrame, labels: np.ndarray, rhythm: Rhythm
) -> dict[frozenset[str], str]:
    return {
        frozenset(table.index[labels == segment.segment]): segment.name
        for segment in name_segments(table, labels, rhythm=rhythm)
    }


def test_six_plain_groups_get_the_names_an_analyst_would_give():
    assert names(shop(SIX)) == {
        "best": "champions",
        "steady": "loyal",
        "large": "big baskets",
        "fresh": "promising",
        "once good": "at risk",
        "away": "dormant",
    }


def test_who_is_left_over_shares_the_loosest_name_it_meets_not_a_stricter_one():
    loyal = {"best": (3000, 20, 29), "steady": (2000, 12, 29), "third": (2500, 10, 29)}
    found = by_group(shop(SIX | loyal))
    champions = TERMS["champions"].rule
    assert {group: found[group].name for group in loyal} == {
        "best": "champions",
        "steady": "loyal, lower value",
        "third": "loyal, higher value",
    }
    assert [group for group in loyal if found[group].rule == champions] == ["best"]
    assert "revenue 4, orders 4" in found["third"].evidence, "it meets that rule, too"


@pytest.mark.parametrize("kept", ["loyal, higher value", "loyal, lower value"])
def test_what_tells_a_kept_name_apart_stays_only_where_it_is_true(kept):
    loyal = {"best": (3000, 20, 29), "steady": (2000, 10, 29), "third": (2500, 15, 29)}
    steady = by_group(shop(SIX | loyal), kept={1: kept})["steady"]
    assert steady.name == "loyal, lower value"
    assert steady.former == ("" if kept == steady.name else kept)


@pytest.mark.parametrize(
    ("days", "best", "steady"),
    [
        (30, "champions", "loyal"),
        (31, "at risk", "overdue"),
        (89, "at risk", "overdue"),
        (90, "at risk", "lapsed regulars"),
        (252, "at risk", "lapsed regulars"),
    ],
)
def test_nobody_absent_for_more_than_their_own_gap_is_a_champion_or_loyal(days, best, steady):
    lone = shop({"best": (9000, 30, days), "small": (10, 2, 400), "tiny": (9, 2, 500)})
    assert names(lone)["best"] == best
    assert names(shop(SIX | {"steady": (3600, 12, days)}))["steady"] == steady


def test_one_order_is_new_or_one_time_and_never_dormant():
    groups = {"best": (9000, 30, 3), "fresh": (40, 1, 30), "gone": (50, 1, 31), "old": (9, 2, 90)}
    groups |= {"known": (3000, 9, 9), "wanted": (3000, 9, 9)}
    named = by_group(shop(groups))
    found = {group: named[group].name for group in ("fresh", "gone", "old")}
    assert found == {"fresh": "new", "gone": "one-time", "old": "dormant"}
    assert (named["fresh"].new_customers, named["gone"].new_customers) == (20, 0)
    assert named["old"].new_customers == 0


@pytest.mark.parametrize("rhythm", [UNTOLD, Rhythm(gap_days=30.0), Rhythm()])
def test_where_absence_tells_nothing_the_names_are_of_value_and_order_value(rhythm):
    named = by_group(shop(SIX), rhythm=rhythm)
    words = {term.name for term in VALUE_VOCABULARY}
    assert {segment.name.partition(",")[0] for segment in named.values()} <= words
    assert all("absent" not in segment.rule for segment in named.values())
    assert named["best"].name.startswith("high value")
    assert named["away"].name.startswith("low value")
    assert named["large"].name == "few large orders"


@pytest.mark.parametrize(
    ("gap", "name"), [(13.0, "casual"), (12.9, "overdue"), (4.4, "overdue"), (4.3, "dormant")]
)
def test_dormant_goes_by_the_gaps_of_the_shop(gap, name):
    table = shop({"weekly": (4000, 100, 1), "rare": (200, 9, 13)})
    own = table.assign(tenure_days=table["recency_days"] + gap * (table["orders"] - 1))
    assert names(own, rhythm=replace(TOLD, gap_days=gap))["rare"] == name


def test_noise_and_what_was_set_apart_are_named_for_what_they_are():
    table = shop(SIX | {"just come": (50, 1, 5)})
    labels = pd.factorize(table["group"])[0]
    labels[labels == 5] = -1
    options = {"rhythm": TOLD, "key_accounts": 0, "newcomers": 6}
    named = {segment.segment: segment for segment in name_segments(table, labels, **options)}
    assert named[-1].name == "unassigned"
    assert (named[0].name, named[0].action) == ("key accounts", "review as key account")
    assert (named[6].name, named[6].action) == ("new", "grow frequency")
    assert named[1].name == "champions"
    assert named[1].former == ""


def test_a_clustered_segment_never_has_the_name_of_one_that_was_set_apart():
    named = names(shop(SIX | {"just come": (50, 1, 5), "more": (60, 1, 6)}), newcomers=6)
    assert (named["just come"], named["more"]) == ("new", "new (2)")


def test_a_kept_name_stays_while_its_rule_holds_and_is_not_given_again():
    table = shop(SIX | {"steady": (8600, 12, 25)})
    named = by_group(table, kept={1: "champions"})
    assert named["steady"].name == "champions"
    assert named["steady"].rule.startswith("kept from the champion")
    assert named["steady"].rule.endswith("absent for at most their own gap")
    assert named["steady"].former == ""
    assert named["best"].name == "loyal"
    qualified = by_group(shop(SIX), kept={1: "loyal, higher value", 2: "a name of my own"})
    assert qualified["steady"].name == "loyal, higher value"
    large = qualified["large"]
    assert (large.name, large.former) == ("big baskets", "a name of my own")


segments = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 25.0, 25.0, 333.33, -12.5, 8_000.0]),
        st.integers(0, 6),
        st.integers(0, 120),
        st.integers(0, 400),
        st.integers(-1, 11),
    ),
    min_size=2,
    max_size=60,
)
rhythms = st.sampled_from([TOLD, UNTOLD, Rhythm(), replace(TOLD, gap_days=0.0)])


def hostile(rows: list[tuple[float, int, int, int, int]]) -> tuple[pd.DataFrame, np.ndarray]:
    columns = ["revenue", "orders", "recency_days", "active_days", "label"]
    table = pd.DataFrame(rows, columns=columns).astype(float)
    table["tenure_days"] = table["recency_days"] + table["active_days"]
    table.index = pd.Index([f"c{number:03d}" for number in range(len(rows))], name="customer_id")
    return table, table["label"].to_numpy().astype(int)


@given(segments, rhythms)
@settings(max_examples=60, deadline=None)
def test_two_segments_never_share_a_name_whatever_the_data(rows, rhythm):
    table, labels = hostile(rows)
    found = [segment.name for segment in name_segments(table, labels, rhythm=rhythm)]
    assert len(found) == len(np.unique(labels))
    assert len(set(found)) == len(found)


@given(
    segments,
    st.randoms(use_true_random=False),
    st.sampled_from([0.01, 0.1, 3.0, 1.17, 1e6]),
    rhythms,
)
@settings(max_examples=40, deadline=None)
def test_numbering_row_order_and_currency_do_not_change_a_name(rows, random, rate, rhythm):
    table, labels = hostile(rows)
    expected = names_by_members(table, labels, rhythm)
    renumbered = list(range(12))
    random.shuffle(renumbered)
    other = np.array([label if label < 0 else renumbered[label] for label in labels])
    order = list(range(len(rows)))
    random.shuffle(order)
    converted = table.assign(revenue=table["revenue"] * rate).iloc[order]
    assert names_by_members(converted, other[order], rhythm) == expected


@given(
    segments,
    st.dictionaries(st.integers(-1, 11), st.sampled_from(sorted(TERMS)), max_size=4),
    rhythms,
)
@settings(max_examples=60, deadline=None)
def test_names_are_kept_or_told_and_all_differ_whatever_the_data(rows, wanted, rhythm):
    kept = {segment: name for name, segment in {n: s for s, n in wanted.items()}.items()}
    table, labels = hostile(rows)
    named = {s.segment: s for s in name_segments(table, labels, kept=kept, rhythm=rhythm)}
    assert len({segment.name for segment in named.values()}) == len(named)
    words = VOCABULARY if rhythm.is_told else VALUE_VOCABULARY
    for where in segment_positions(table, labels, rhythm):
        found = named[where.segment]
        before = kept.get(where.segment, "") if where.segment >= 0 else ""
        term = TERMS.get(before)
        if term in words and term.holds(where.positions, where.presence):
            assert (found.name, found.former) == (before, "")
        else:
            assert found.name != before
            assert found.former == before


def measured(read):
    return measure_customers(MeasuringPlan(read, CleaningRules()))


def test_online_retail_in_four_segments(shared_data: Path):
    found = measured(partial(transactions, shared_data / "online_retail.parquet"))
    named = name_segments(found.table, kmeans(found.table, 4), rhythm=found.rhythm)
    assert sorted(segment.name for segment in named) == [
        "champions",
        "loyal",
        "one-time",
        "promising",
    ]


@pytest.mark.slow
def test_the_embedded_groceries_know_nobody_dormant_of_whom_most_bought_within_90_days():
    found = measured(complete_journey)
    for k in (3, 4, 5):
        labels = kmeans(found.table, k)
        for segment in name_segments(found.table, labels, rhythm=found.rhythm):
            lapsed = segment.name.startswith(("dormant", "lapsed"))
            assert not (lapsed and segment.recent_buyer_share > 0.5)
            if segment.name.startswith(("champions", "loyal")):
                own = found.table[labels == segment.segment]
                assert np.median(gaps_absent(own, found.rhythm.gap_days)) <= 1
