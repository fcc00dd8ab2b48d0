"""What Hydra refuses on the command line, as the mistake of a user."""

import os
from collections.abc import Callable

from hydra.errors import HydraException

from segmentation.errors import UserError, exit_with


def run_script(script: Callable[[], None]) -> None:
    """Call a script of ``hydra.main``; what Hydra refuses is one line and exit code 2.

    By itself Hydra prints several lines and leaves with 1.

    Parameters
    ----------
    script : callable
        Takes its options from the command line.

    Raises
    ------
    SystemExit
        With code 2, when Hydra refuses what was typed.
    """
    # Lets Hydra raise its errors instead of printing them.
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")
    try:
        script()
    except HydraException as error:
        exit_with(refusal(error))


def refusal(error: HydraException) -> UserError:
    """The error in one line: what was typed, what is wrong with it, what there is instead."""
    # What follows is where Hydra looked, of no use to who mistyped an option.
    said = str(error).split("Config search path:")[0]
    cause = str(error.__cause__ or "").partition("\n")[0]
    line = " ".join(f"{said.rstrip()}: {cause}".split() if cause else said.split())
    return UserError(f"{line}; --help lists the options")
