"""Back to the champion before, and forth again."""

import pytest

from segmentation.errors import UserError
from segmentation.jobs.roll_back import roll_back
from segmentation.tracking.aliases import CHALLENGER, CHAMPION, PREVIOUS
from tests.helpers.promoted import decision, numbers, register
from tests.helpers.registry import MODEL


def test_rolling_back_swaps_and_swaps_again(shop, runs):
    register(shop, runs[0], force=True)
    there = roll_back(shop, MODEL, command="register.py rollback=true")
    assert (there.version, there.alias) == ("1", CHAMPION)
    assert numbers(shop) == {CHAMPION: 1, PREVIOUS: 2, CHALLENGER: None}
    assert decision(shop, there.promotion_id)["decision"] == there.sentence
    roll_back(shop, MODEL, command="register.py rollback=true")
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_a_dry_way_back_changes_nothing(shop, runs):
    register(shop, runs[0], force=True)
    said = roll_back(shop, MODEL, command="register.py rollback=true dry=true", dry=True)
    assert said.sentence == "would be: rolled back from version 2 to version 1"
    assert numbers(shop) == {CHAMPION: 2, PREVIOUS: 1, CHALLENGER: None}


def test_without_a_previous_champion_there_is_no_way_back(shop):
    with pytest.raises(UserError, match="no previous champion"):
        roll_back(shop, MODEL, command="register.py rollback=true")
