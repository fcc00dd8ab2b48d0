"""The one error a user can cause, and how the scripts report it."""

import functools
import signal
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

from segmentation.masking import masked

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class UserError(Exception):
    """A mistake in the input or the options: one line with the value, the rule and the remedy."""


def exits_on_user_error(script: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Decorate a script: a :class:`UserError` becomes one line on stderr and exit code 2."""

    @functools.wraps(script)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return script(*args, **kwargs)
        except UserError as error:
            exit_with(error)

    return wrapped


def exit_with(error: UserError, code: int = 2) -> NoReturn:
    """Print the error on one line and leave the process with ``code``."""
    print("error:", masked(" ".join(str(error).split())), file=sys.stderr)
    sys.exit(code)


def exit_quietly_on_signals() -> None:
    """Let Ctrl-C and SIGTERM unwind the process without a traceback, so that runs are closed.

    The exit codes are the shell's own: 130 and 143.
    """
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
