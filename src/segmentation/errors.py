"""The one error a user can cause, and how the scripts report it."""

import errno
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


FULL = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)}
"""Errors of disks that are full, or of a quota or limit that is reached."""
OF_PLACES = {
    *FULL,
    *(errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG),
}
"""Errors of disks and folders, which are no faults of ours."""


def refusal_of_a_place(error: OSError) -> UserError:
    """What a file or a folder did not allow, in one line; raises the error where it is another."""
    if error.errno not in OF_PLACES:
        raise error
    place = error.filename2 or error.filename
    remedy = (
        "free some space, or choose another disk (TMPDIR names the folder of temporary files)"
        if error.errno in FULL
        else "choose a place that is there, and that you may read and write"
    )
    return UserError(
        f"{f'{place!r}' if place else 'a file'} cannot be used ({error.strerror}); {remedy}"
    )


def exit_quietly_on_signals() -> None:
    """Let Ctrl-C and SIGTERM unwind the process without a traceback, so that runs are closed.

    The exit codes are the shell's own: 130 and 143.
    """
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
