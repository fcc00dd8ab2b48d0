"""A segment with another name than before is told, with the reason."""

from segmentation.segments.renaming import renaming
from tests.helpers.named import SIX, UNTOLD, by_group, names, shop


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
