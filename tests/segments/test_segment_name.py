"""A name carries what to do, and models of earlier editions carry less."""

from dataclasses import asdict

from segmentation.segments.segment_name import SegmentName, names_in_order
from tests.helpers.named import SIX, by_group, shop

EARLIER = {
    "segment": 0,
    "name": "champions",
    "rule": "a rule",
    "evidence": "median 8,088 of revenue",
    "action": "retain",
    "base": "revenue 5,678,892",
    "recent_buyer_share": 0.3,
}


def test_a_name_of_an_earlier_edition_has_no_plan():
    name = SegmentName(**EARLIER)
    assert (name.aim, name.offer, name.when, name.stake_formula) == ("", "", "", "")
    assert (name.own_gap_days, name.stake) == (None, None)


def test_a_name_says_what_for_what_with_and_when():
    best = by_group(shop(SIX))["best"]
    assert best.aim == "keep them buying as often and as much as now"
    assert best.offer.startswith("early access")
    assert best.when == "30 days after an order: their own gap"
    assert best.own_gap_days == 30.0
    assert SegmentName(**asdict(best)) == best


def test_names_are_in_order_of_value_and_noise_is_last():
    named = [{"segment": 1, "name": "loyal"}, {"segment": -1, "name": "unassigned"}]
    named += [{"segment": 2, "name": "casual"}, {"segment": 0, "name": "champions"}]
    assert names_in_order(named) == ["champions", "loyal", "casual", "unassigned"]
