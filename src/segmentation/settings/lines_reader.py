"""What reads the transaction lines: the source that was chosen, on the engine that was chosen."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from segmentation.data.transactions import Transactions
from segmentation.options import build
from segmentation.settings.schema import EngineSettings


def lines_reader(data: Mapping[str, Any], engine: EngineSettings) -> Callable[[], Transactions]:
    """Make what reads the lines.

    Parameters
    ----------
    data : mapping
        Of the group ``data``, resolved.
    engine : EngineSettings

    Raises
    ------
    UserError
        The source or the engine is none, or lacks an option that was given to it.
    """
    given = {key: value for key, value in asdict(engine).items() if value is not None}
    made: Callable[[], Transactions] = build({**data, "engine": given})
    return made
