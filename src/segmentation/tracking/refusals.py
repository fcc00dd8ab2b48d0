"""What a tracking server refuses, as one line with the remedy that helps (MLflow)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlflow.exceptions import MlflowException

from segmentation.errors import UserError
from segmentation.masking import masked

LOCAL = "tracking.uri=sqlite:///mlflow.db"
UNKNOWN, FORBIDDEN = "UNAUTHENTICATED", "PERMISSION_DENIED"


@contextmanager
def server_refusals_in_one_line(uri: str, doing: str) -> Iterator[None]:
    """Turn a refusal of the tracking server into one line; other errors pass.

    Parameters
    ----------
    uri : str
        The tracking store.
    doing : str
        What is refused, as in ``"record a run in experiment 7"``.

    Raises
    ------
    UserError
        The server does not know the user, or does not allow this.
    """
    try:
        yield
    except MlflowException as error:
        refusal = refusal_of(error, uri, doing)
        if refusal is None:
            raise
        raise refusal from error


def refusal_of(error: Exception, uri: str, doing: str) -> UserError | None:
    """What is to be told of an error of the server; ``None`` where it is no refusal."""
    code, server = getattr(error, "error_code", ""), f"tracking server '{masked(uri)}'"
    if code == UNKNOWN:
        return UserError(
            f"{server} does not know who asks to {doing} (401); set MLFLOW_TRACKING_USERNAME and "
            "MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
        )
    if code == FORBIDDEN:
        return UserError(
            f"{server} does not allow you to {doing} (403); ask its administrator for the "
            f"permission EDIT, or use a store of your own: {LOCAL}"
        )
    return None


def attempted(what: str, attempt: Callable[[], object], warn: Callable[[str], object]) -> bool:
    """Do what is nice to have; where it fails, say so in one line and go on.

    Parameters
    ----------
    what : str
        What is missing when it fails, as in ``"the report is not written"``.
    attempt : callable
    warn : callable
        Takes the line.

    Returns
    -------
    bool
        Whether it was done.
    """
    try:
        attempt()
    # Whatever fails: what it belongs to has been done already.
    except Exception as error:
        warn(f"warning: {what} ({first_line(error)})")
        return False
    return True


def first_line(error: Exception) -> str:
    """The first line of an error, or its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def first_sentence(error: Exception) -> str:
    """The first sentence of an error: what follows in MLflow's is advice of several lines."""
    return first_line(error).partition(". ")[0]
