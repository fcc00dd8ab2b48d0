from dataclasses import replace
from functools import partial
from itertools import product
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
from segmentation.segments.naming import SegmentName, name_segments
from segmentation.segments.position import segment_positions
from segmentation.segments.renaming import renaming
from segmentation.segments.vocabulary import (
    DISTINCTIONS,
    LAPSED,
    NEW,
    ONE_TIME,
    OVERDUE,
    PRESENT,
    TERMS,
    VALUE_VOCABULARY,
    VOCABULARY,
    WIN_BACK,
    presence,
)

RFM = ["recency_days", "orders", "revenue"]
TOLD = Rhythm(gap_days=30.0, return_auc=0.7)
UNTOLD = Rhythm(gap_days=30.0, return_auc=0.59)


def shop(groups: dict[str, tuple[float, float, float]], size: int = 20) -> pd.DataFrame:
    """Customers of each group around its revenue, orders and recency_days, a month between orders.

    With a usual gap of 30 days, as in `TOLD`, everybody's own gap is 30 days.
    """
    spread = np.linspace(0.99, 1.01, size)
    rows = [
        {
            "group": group,
            "revenue": revenue * x,
            "orders": float(orders),
            "recency_days": float(days),
            "tenure_days": days + 30.0 * (orders - 1),
        }
        for group, (revenue, orders, days) in groups.items()
        for x in spread
    ]
    frame = pd.DataFrame(rows)
    frame.index = pd.Index([f"c{number:04d}" for number in range(len(frame))], name="customer_id")
    return frame


def by_group(table: pd.DataFrame, **options: object) -> dict[str, SegmentName]:
    codes, groups = pd.factorize(table["group"])
    named = name_segments(table, codes, **{"rhythm": TOLD} | options)
    return {groups[segment.segment]: segment for segment in named if segment.segment >= 0}


def names(table: pd.DataFrame, **options: object) -> dict[str, str]:
    return {group: segment.name for group, segment in by_group(table, **options).items()}


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


SIX = {
    "best": (9000, 30, 3),
    "steady": (3600, 12, 25),
    "large": (1500, 2, 29),
    "fresh": (100, 2, 5),
    "once good": (6000, 8, 200),
    "away": (80, 2, 300),
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


def test_evidence_and_base_are_what_was_measured_in_real_units():
    table = shop({"best": (8088, 14, 12), "away": (300, 1, 180)})
    best, away = by_group(table)["best"], by_group(table)["away"]
    assert best.evidence == (
        "median 8,088 of revenue, 14 orders, 578 per order, last bought 12 days ago (0.4 of their "
        "own gaps); "
        "quintiles (5 = highest, most recent): revenue 4, orders 4, order value 4, recency 4"
    )
    assert best.rule == (
        "orders in quintile 4 to 5, revenue in quintile 4 to 5, absent for at most their own gap"
    )
    assert (best.action, best.base) == ("retain", "revenue 161,760, 96.4% of all")
    assert (away.action, away.base) == ("keep informed", "0.0% bought in the last 90 days")
    assert "1 order, 300 per order" in away.evidence
    assert (best.recent_buyer_share, away.recent_buyer_share) == (1.0, 0.0)
    assert (best.returned_share, best.horizon_days) == (None, None)


def test_the_base_of_a_win_back_is_how_many_like_customers_came_back():
    once, more = (0.4, 0.35, 0.3, 0.2, 0.15, 0.1), (0.9, 0.8, 0.7, 0.6, 0.5, 0.25)
    watched = replace(TOLD, horizon_days=93.3, returned=(once, more))
    table = shop({"best": (3000, 30, 3), "once good": (6000, 8, 200), "away": (80, 1, 80)})
    named = by_group(table, rhythm=watched)
    assert named["once good"].name == "at risk"
    assert named["once good"].base == "25.0% of like customers came back within 93 days"
    assert (named["once good"].returned_share, named["once good"].horizon_days) == (0.25, 93.3)
    assert named["away"].base == "20.0% of like customers came back within 93 days"
    assert named["best"].returned_share == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("orders", "recency", "absent", "expected"),
    [
        (2, 40, 1.0, PRESENT),
        (2, 40, 1.01, OVERDUE),
        (2, 40, 2.99, OVERDUE),
        (2, 40, 3.0, LAPSED),
        (1, 30, 9.0, NEW),
        (1, 30.5, 0.1, ONE_TIME),
        (1.5, 300, 10.0, ONE_TIME),
        (0, 30, 0.1, NEW),
        (2, 1, 9.0, LAPSED),
        (2, 1, None, ""),
    ],
)
def test_presence_goes_by_own_gaps_and_by_the_usual_gap_for_one_order(
    orders, recency, absent, expected
):
    assert presence(orders, recency, absent, TOLD) == expected
    assert presence(orders, recency, absent, UNTOLD) == ""


def test_words_of_presence_need_it():
    away = {name for name, term in TERMS.items() if LAPSED in term.presence}
    assert away == {"at risk", "lapsed regulars", "lapsed big baskets", "dormant"}
    needs = {name: TERMS[name].presence for name in ("champions", "loyal", "at risk", "dormant")}
    assert needs == {
        "champions": (PRESENT,),
        "loyal": (PRESENT,),
        "at risk": (OVERDUE, LAPSED),
        "dormant": (LAPSED,),
    }
    assert all(term.presence for term in VOCABULARY)
    won_back = {each for term in VOCABULARY if term.action == WIN_BACK for each in term.presence}
    assert won_back == {OVERDUE, LAPSED}


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


def test_two_segments_of_one_order_are_told_apart():
    named = names(shop({"best": (9000, 30, 3), "gone": (500, 1, 70), "small": (9, 1, 70)}))
    assert named["gone"] == "one-time, higher value"
    assert named["small"] == "one-time, lower value"


@pytest.mark.parametrize("rhythm", [UNTOLD, Rhythm(gap_days=30.0), Rhythm()])
def test_where_absence_tells_nothing_the_names_are_of_value_and_order_value(rhythm):
    named = by_group(shop(SIX), rhythm=rhythm)
    words = {term.name for term in VALUE_VOCABULARY}
    assert {segment.name.partition(",")[0] for segment in named.values()} <= words
    assert all("absent" not in segment.rule for segment in named.values())
    assert named["best"].name.startswith("high value")
    assert named["away"].name.startswith("low value")
    assert named["large"].name == "few large orders"


def test_ties_stand_in_the_middle_of_their_ranks():
    # 90 % of customers have one order: neither few nor many, as almost everybody has one
    table = shop({"one": (50, 1, 100), "two": (90, 2, 10)})
    table = pd.concat([table[table["group"] == "one"]] * 9 + [table[table["group"] == "two"]])
    table.index = pd.Index([f"c{number}" for number in range(len(table))])
    named = by_group(table)
    assert "orders 3" in named["one"].evidence
    assert "orders 5" in named["two"].evidence


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


def test_the_best_of_two_keeps_the_name_and_the_other_takes_a_looser_one():
    named = by_group(shop(SIX | {"second best": (6000, 20, 6)}, size=10))
    assert named["best"].name == "champions"
    assert named["second best"].name == "loyal, higher value"
    assert named["steady"].name == "loyal, lower value"


def test_segments_that_differ_in_nothing_are_numbered():
    table = shop(dict.fromkeys("abc", (100, 2, 20)))
    named = by_group(table)
    assert sorted(segment.name for segment in named.values()) == [
        "casual, group 1",
        "casual, group 2",
        "casual, group 3",
    ]


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


def test_a_name_whose_rule_does_not_hold_any_more_is_given_up_and_told():
    named = by_group(shop(SIX | {"steady": (3600, 12, 252)}), kept={1: "loyal", 5: "dormant"})
    assert (named["steady"].name, named["steady"].former) == ("lapsed regulars", "loyal")
    assert (named["away"].name, named["away"].former) == ("dormant", "")
    assert renaming(named["steady"]) == (
        'segment 1 "lapsed regulars" was "loyal" before: the rule of that name (orders in '
        "quintile 4 to 5, absent for at most their own gap) does not hold for it any more"
    )


def test_a_name_of_rhythm_is_not_kept_where_absence_tells_nothing_any_more():
    best = by_group(shop(SIX), kept={0: "champions"}, rhythm=UNTOLD)["best"]
    assert (best.name, best.former) == ("high value, higher value", "champions")
    assert "absence does not tell any more who comes back, so no name" in renaming(best)
    again = by_group(shop(SIX), kept={0: "high value"})["best"]
    assert (again.name, again.former) == ("champions", "high value")
    assert renaming(again).endswith("absence tells by now who comes back, so names speak of it")


def test_what_told_a_name_apart_is_given_up_where_it_would_be_false():
    twins = SIX | {"best": (3000, 20, 29), "steady": (2000, 10, 29), "third": (2500, 15, 29)}
    assert names(shop(twins))["steady"] == "loyal, lower value"
    steady = by_group(shop(twins), kept={1: "loyal, higher value"})["steady"]
    assert (steady.name, steady.former) == ("loyal, lower value", "loyal, higher value")
    assert renaming(steady).endswith("what told it apart from others of that name has changed")
    still = by_group(shop(twins), kept={1: "loyal, lower value"})["steady"]
    assert (still.name, still.former) == ("loyal, lower value", "")
    assert names(shop(twins), kept={1: "loyal"})["steady"] == "loyal"


PRESENCES = (PRESENT, OVERDUE, LAPSED, NEW, ONE_TIME)


@pytest.mark.parametrize(
    ("words", "presences"), [(VOCABULARY, PRESENCES), (VALUE_VOCABULARY, ("",))]
)
def test_every_combination_of_quintiles_has_a_name_and_every_name_can_occur(words, presences):
    measures = [comparison.measure for comparison in DISTINCTIONS]
    first = set()
    for *quintiles, present in product(*[range(5)] * 4, presences):
        positions = {m: q / 5 + 0.1 for m, q in zip(measures, quintiles, strict=True)}
        holding = [term.name for term in words if term.holds(positions, present)]
        assert holding
        first.add(holding[0])
    assert first == {term.name for term in words}


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
