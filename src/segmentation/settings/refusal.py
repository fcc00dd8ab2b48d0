"""What Hydra and OmegaConf refuse, in one line."""

import argparse
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from hydra.errors import HydraException
from omegaconf.errors import InterpolationResolutionError, OmegaConfBaseException

from segmentation.errors import UserError

RENAMED = {
    "'metrics' not in 'FeatureSettings'": "features.metrics is called features.names now",
    "Could not override 'sweep'": "sweep is called sweep_run now",
}
"""What Hydra says of an option of an earlier edition, and what it is called now."""
EXTRAS = {
    "hydra/sweeper/optuna": "Optuna is an extra: uv sync --extra optuna",
    "hydra/launcher/ray": "Ray is an extra: uv sync --extra ray",
    "hydra/launcher/submitit": "submitit is an extra: uv sync --extra submitit",
}
"""What Hydra does not find where an extra is not installed, and the remedy."""
IN_THE_SCHEMA = re.compile(r"To append to your config use \S+ ?(?=.*not in '\w+')")
"""Advice that helps only with what a library takes: our own options are all there are."""
NO_OPTION = "Config group override must be"
"""What Hydra says of a group that is set to nothing, or to a number."""
NOTHING_FOUND = "No trials are completed yet"
"""What Optuna says after its last run."""
REMEDY = "--help lists the options"


@contextmanager
def refused_in_one_line() -> Iterator[None]:
    """Turn what Hydra and OmegaConf raise into a user's error."""
    try:
        yield
    except (HydraException, OmegaConfBaseException) as error:
        raise refusal(error) from error
    except (AttributeError, AssertionError) as error:
        if not _raised_by_omegaconf(error):
            raise
        raise UserError(
            "a part that the chosen option leaves out cannot be set alone; choose an option that "
            "has it, as evaluation=default"
        ) from error
    except ValueError as error:
        if str(error).startswith(NO_OPTION):
            raise UserError(
                f"{_override_of(error)} names no option of a group; {REMEDY}"
            ) from error
        if NOTHING_FOUND not in str(error):
            raise
        raise UserError(
            "every run of the search failed or lacks the metric; read why above, "
            "or set optimized_metric= to one that is measured"
        ) from error


@contextmanager
def flags_in_one_line() -> Iterator[None]:
    """Turn an argument that is no ``key=value`` into a user's error, without all of the usage."""

    def refuse(_: argparse.ArgumentParser, message: str) -> NoReturn:
        raise UserError(f"{message}; write options with dashes, as -m, first; {REMEDY}")

    usual = argparse.ArgumentParser.error
    argparse.ArgumentParser.error = refuse  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        argparse.ArgumentParser.error = usual  # type: ignore[method-assign]


def _override_of(error: Exception) -> str:
    """What was typed, of which Hydra says nothing."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return str(getattr(frame.f_locals.get("override"), "input_line", error))


def _raised_by_omegaconf(error: Exception) -> bool:
    """Whether an error without a kind of its own comes from there: it cannot fill what is null."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).startswith("omegaconf")


def refusal(error: Exception) -> UserError:
    """The error in one line: what was typed, what is wrong with it, what there is instead."""
    if isinstance(error, InterpolationResolutionError):
        what = str(error).partition("\n")[0].rpartition("resolving interpolation: ")[2].strip('"')
        where = f"{error.full_key}: " if error.full_key else ""
        return UserError(f"{where}{what}; set what ${{…}} names, or give a value in its place")
    # What follows is where Hydra looked, of no use to who mistyped an option.
    said = str(error).split("Config search path:")[0]
    cause = str(error.__cause__ or "").partition("\n")[0]
    line = " ".join(f"{said.rstrip()}: {cause}".split() if cause else said.split())
    now = next((text for sign, text in RENAMED.items() if sign in line), None)
    if now is not None:
        # Hydra would have the old key appended with a plus, where nothing reads it.
        return UserError(f"{line.split('To append')[0].rstrip(' .')}; {now}")
    line = IN_THE_SCHEMA.sub("", line)
    remedy = next((text for sign, text in EXTRAS.items() if sign in line), REMEDY)
    return UserError(f"{line}; {remedy}")
