"""From the configuration of score.py to plain values."""

from collections.abc import Callable, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

from segmentation.data.cleaned import require_instant
from segmentation.data.reading import read_alike
from segmentation.data.transactions import Transactions
from segmentation.engine.engine import Engine
from segmentation.ranges import require_in_range
from segmentation.settings.complete import require_complete
from segmentation.settings.lines_reader import chosen_engine, lines_reader
from segmentation.settings.schema import ScoreSettings
from segmentation.settings.store_names import require_address, require_names
from segmentation.settings.trusted import require_plain


def read_score_settings(
    cfg: DictConfig,
) -> tuple[ScoreSettings, Callable[[Mapping[str, Any]], Transactions], Engine]:
    """Resolve the configuration of score.py, what reads its transaction lines, and its engine.

    The lines are read as those of a training were, see `data.reading.read_alike`.

    Raises
    ------
    UserError
        If a mandatory value is open, a number is outside its range, or a name cannot be recorded.
    """
    if cfg.forget is not None:  # neither lines nor a new list are needed
        output = "" if OmegaConf.is_missing(cfg, "output") else cfg.output
        cfg = OmegaConf.merge(cfg, {"data": {"path": None}, "output": output})  # type: ignore[assignment]
    require_complete(cfg)
    settings: ScoreSettings = OmegaConf.to_object(cfg)  # type: ignore[assignment]
    require_in_range(settings)
    require_names(settings.tracking)
    require_address(settings.model)
    require_instant(settings.as_of)
    # what is no option is refused before the model is loaded
    lines_reader(settings.data, settings.engine)
    keep = settings.keep

    def read(reading: Mapping[str, Any]) -> Transactions:
        require_plain(reading, "what the model remembers of how its lines were read")
        return lines_reader(read_alike(settings.data, reading), settings.engine, keep)()

    return settings, read, chosen_engine(settings.engine)
