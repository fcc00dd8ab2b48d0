"""The configuration of explore.py as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from segmentation.options import conf_folder
from segmentation.settings.refusal import refused_in_one_line
from segmentation.settings.schema import TrackingSettings
from segmentation.settings.typed_paths import with_quoted_paths


@dataclass
class ExploreSettings:
    """Schema of conf/explore.yaml."""

    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    history: str | None = None


ConfigStore.instance().store(name="explore_settings", node=ExploreSettings)


def read_explore_settings(typed: Sequence[str]) -> ExploreSettings:
    """Compose what was typed behind the name of the script.

    By Hydra's functions, not as a script of its own: Streamlit runs the page again and again.

    Raises
    ------
    UserError
        If it is no option.
    """
    GlobalHydra.instance().clear()
    with (
        refused_in_one_line(),
        initialize_config_dir(str(conf_folder()), version_base="1.3"),
    ):
        composed = compose("explore", with_quoted_paths(typed))
        settings: ExploreSettings = OmegaConf.to_object(composed)  # type: ignore[assignment]
    return settings
