"""One table of the groups of conf/, complete and read by everybody."""

from segmentation.options import conf_folder
from segmentation.settings.groups import CUSTOMERS_DECIDED_BY, GROUPS, RECORDED, WITHOUT_INFLUENCE


def test_every_folder_of_conf_is_a_group_and_no_other():
    folders = {folder.name for folder in conf_folder().iterdir() if folder.is_dir()}
    assert {group.name for group in GROUPS} == folders


def test_what_decides_what():
    customers = {"data", "cleaning", "as_of", "training", "keep", "describe"}
    assert customers == CUSTOMERS_DECIDED_BY
    assert {"tracking", "selection", "leaderboard", "sweep", "engine"} == WITHOUT_INFLUENCE & {
        group.name for group in GROUPS
    }
    unrecorded = {"tracking", "selection", "leaderboard", "sweep"}
    assert set(RECORDED) == {group.name for group in GROUPS} - unrecorded
