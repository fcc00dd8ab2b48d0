"""What reads the transaction lines: the source that was chosen, on the engine that was chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from segmentation.data.transactions import Transactions
from segmentation.engine.engine import Engine
from segmentation.options import build
from segmentation.settings.schema import EngineSettings


def lines_reader(
    data: Mapping[str, Any],
    engine: EngineSettings,
    keep: Sequence[str] = (),
    describe: Sequence[str] | None = None,
) -> Callable[[], Transactions]:
    """Make what reads the lines.

    Parameters
    ----------
    data : mapping
        Of the group ``data``, resolved.
    engine : EngineSettings
    keep : sequence of str
        Columns of the source that are carried into lists of customers.
    describe : sequence of str, optional
        Columns that describe customers; ``None``: what the source has by default.

    Raises
    ------
    UserError
        The source or the engine is none, or lacks an option that was given to it.
    """
    more = {"keep": [*keep]} if keep else {}
    more |= {} if describe is None else {"describe": [*describe]}
    made: Callable[[], Transactions] = build({**data, **more, "engine": _given(engine)})
    return made


def chosen_engine(engine: EngineSettings) -> Engine:
    """Make the engine that was chosen.

    Raises
    ------
    UserError
        It is none, or lacks an option that was given to it.
    """
    made: Engine = build(_given(engine))
    return made


def _given(engine: EngineSettings) -> dict[str, Any]:
    return {key: value for key, value in asdict(engine).items() if value is not None}
