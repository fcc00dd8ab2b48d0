"""What campaign.py is told: complete, within its ranges, with lines that can be read."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.errors import UserError
from segmentation.settings.campaign_settings import read_campaign_settings
from tests.helpers.commands import REPO

GIVEN = ["data.path=orders.csv", "list=segments.csv", "start=2024-05-01"]


@pytest.fixture
def read():
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
        yield lambda *typed: read_campaign_settings(compose("campaign", list(typed)))


def test_what_is_typed_is_read(read, shop_csv):
    settings, read_lines = read(f"data.path={shop_csv}", *GIVEN[1:], "cleaning=none")
    assert (settings.list, settings.start) == ("segments.csv", "2024-05-01")
    assert (settings.end, settings.output, settings.overwrite) == (None, None, False)
    assert not settings.cleaning.cancellations
    assert read_lines().columns["customer_id"] == "Customer ID"


@pytest.mark.parametrize("left_out", GIVEN)
def test_what_is_left_out_is_named(read, left_out):
    name = left_out.partition("=")[0]
    with pytest.raises(UserError, match=f"'{name}' has no value and must be given"):
        read(*[each for each in GIVEN if each != left_out])


def test_a_number_outside_its_range_is_refused(read):
    with pytest.raises(UserError, match=r"max_unreadable_share=2 must be from 0 to 1"):
        read(*GIVEN, "cleaning.max_unreadable_share=2")
