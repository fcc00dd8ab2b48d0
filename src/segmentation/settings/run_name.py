"""Short names of runs: what was chosen, and everything that makes it differ from its siblings."""

from collections.abc import Mapping, Sequence
from typing import Any

from segmentation.masking import without_secrets
from segmentation.options import option_names, read_option
from segmentation.settings.choices import CUSTOM
from segmentation.settings.groups import IN_NAME

LISTED = 4
VALUES_IN_NAME = ("algorithm.", "scaler.")
SHOWN_BY_VALUE = {"features", "key_accounts", "newcomers"}


def run_name(
    configuration: Mapping[str, Any],
    choices: Mapping[str, str],
    k: int | None,
    typed: Sequence[tuple[str, str]],
    swept: Sequence[str],
) -> str:
    """Name a run, such as ``kmeans k=4 log value`` or ``gmm k=2 log value covariance_type=tied``.

    Parameters
    ----------
    configuration : mapping
        Resolved, nested as in ``conf/``.
    choices : mapping of group to option
    k : int or None
        Number of segments; ``None`` where the algorithm finds it.
    typed : sequence of pairs of str
        Keys and values of the command line of this run.
    swept : sequence of str
        Keys that differ between the runs of its sweep.

    Returns
    -------
    str
        A group whose values are not those of its option is named by its values: features by their
        names, algorithm and scaler by their class.
    """
    parts = [
        _called("algorithm", configuration, choices),
        *([] if k is None else [f"k={k}"]),
        _called("scaler", configuration, choices),
        _features(configuration["features"]["names"], choices["features"]),
    ]
    share = configuration["key_accounts"]["share"]
    parts += [] if share is None else [f"key accounts {share:.1%}"]
    gaps = configuration["newcomers"]["gaps"]
    parts += [] if gaps is None else [f"new {gaps:g} gap{'s' * (gaps != 1)}"]
    parts += [
        f"{key.removeprefix('algorithm.')}={value}"
        for key, value in without_secrets(dict(typed)).items()
        if _distinguishes(key, swept)
    ]
    return " ".join(parts)


def sweep_name(axes: Mapping[str, Sequence[str]], choices: Mapping[str, str]) -> str:
    """Name a sweep by what it varies, such as ``value · k 2-4 · complete_journey``.

    Parameters
    ----------
    axes : mapping of key to values
        As typed.
    choices : mapping of group to option
        Of features and data, which are named where they do not vary.
    """
    varied = without_secrets({key.lstrip("+~"): _values(axes[key]) for key in axes})
    parts = [f"{key} {values}" for key, values in varied.items()]
    first = [] if "features" in varied else [choices["features"]]
    last = [] if "data" in varied else [choices["data"]]
    return " · ".join([*first, *parts, *last])


def _values(values: Sequence[str]) -> str:
    """Values of an axis in short: 2-4, or log,robust, or 12 values."""
    if len(values) > 1 and all(value.isdecimal() for value in values):
        first, last = int(values[0]), int(values[-1])
        if [int(value) for value in values] == list(range(first, last + 1)):
            return f"{first}-{last}"
    return ",".join(values) if len(values) <= LISTED else f"{len(values)} values"


def _called(group: str, configuration: Mapping[str, Any], choices: Mapping[str, str]) -> str:
    option, target = choices[group], configuration[group].get("_target_")
    if option == CUSTOM or (option in option_names(group) and target != _target_of(group, option)):
        return str(target).rpartition(".")[2]
    return option


def _target_of(group: str, option: str) -> Any:
    return read_option(group, option, k=None, seed=None).get("_target_")


def _features(names: Sequence[str], option: str) -> str:
    known = option in option_names("features")
    if option == CUSTOM or (known and read_option("features", option)["names"] != names):
        return "+".join(names)
    return option


def _distinguishes(key: str, swept: Sequence[str]) -> bool:
    """Whether a typed value belongs into the name, and does not stand in it yet."""
    group = key.split(".")[0]
    if key in IN_NAME or group in SHOWN_BY_VALUE or key.endswith("._target_"):
        return False
    return key in swept or key.startswith(VALUES_IN_NAME)
