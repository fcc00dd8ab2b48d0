"""The configuration of campaign.py as plain values."""

from collections.abc import Callable

from omegaconf import DictConfig, OmegaConf

from segmentation.data.transactions import Transactions
from segmentation.ranges import require_in_range
from segmentation.settings.complete import require_complete
from segmentation.settings.lines_reader import lines_reader
from segmentation.settings.schema import CampaignSettings


def read_campaign_settings(
    cfg: DictConfig,
) -> tuple[CampaignSettings, Callable[[], Transactions]]:
    """Resolve the configuration of campaign.py, and what reads its transaction lines.

    Raises
    ------
    UserError
        If a mandatory value is open, or a number is outside its range.
    """
    require_complete(cfg)
    settings: CampaignSettings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    require_in_range(settings)
    return settings, lines_reader(settings.data, settings.engine)
