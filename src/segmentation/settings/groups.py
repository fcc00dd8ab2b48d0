"""The groups of conf/, a row each: what an option of a group decides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """One folder of options.

    Attributes
    ----------
    name : str
        Of the folder in ``conf/``, and the key on the command line.
    recorded : bool
        Whether the chosen option is a parameter of every run.
    decides_customers : bool
        Whether it decides which customers are measured: the lines are then read once per value.
    decides_result : bool
        Whether a run's figures or model can depend on it; else it is no part of its fingerprint.
    in_name : bool
        Whether the chosen option is part of a run's short name already.
    """

    name: str
    recorded: bool = True
    decides_customers: bool = False
    decides_result: bool = True
    in_name: bool = False


GROUPS = (
    Group("algorithm", in_name=True),
    Group("scaler", in_name=True),
    Group("features", in_name=True),
    Group("key_accounts", in_name=True),
    Group("newcomers", in_name=True),
    Group("cleaning", decides_customers=True),
    Group("data", decides_customers=True),
    # Engines give equal results; the contract of tests/engine holds them to it.
    Group("engine", decides_result=False),
    Group("evaluation"),
    Group("selection", recorded=False, decides_result=False),
    Group("tracking", recorded=False, decides_result=False),
    Group("leaderboard", recorded=False, decides_result=False),
    Group("sweep", recorded=False, decides_result=False),
)
RECORDED = tuple(group.name for group in GROUPS if group.recorded)
CUSTOMERS_DECIDED_BY = {group.name for group in GROUPS if group.decides_customers} | {
    "as_of",
    "training",
    "keep",
    "describe",
}
"""Keys on the command line that decide which customers are measured, when, and by what they are
described."""
WITHOUT_INFLUENCE = {group.name for group in GROUPS if not group.decides_result} | {
    "reuse",
    "plots",
    "cluster",
    "optimized_metric",
    "keep",
    "lists",
    # Each stands in the fingerprint by what it came to: the data's own fingerprint, the instant,
    # the customers that are fitted, the number of segments in the options of an algorithm that
    # reads it.
    "data.path",
    "data.query",
    "data.table",
    "data.cache_dir",
    "as_of",
    "training.max_customers",
    "k",
}
"""Keys that cannot change the result of a run; every other key, also a new one, is part of it."""
IN_NAME = {group.name for group in GROUPS if group.in_name} | {"k"}
