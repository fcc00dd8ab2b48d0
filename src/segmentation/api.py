"""What a notebook uses, and the scripts, too: measure the customers, segment them, compare.

Nothing here knows Hydra or MLflow: frames and plain values in, values out.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import joblib
import pandas as pd

from segmentation.compared import Comparison, compared
from segmentation.customers.measured import MeasuredCustomers, MeasuringPlan, measure_customers
from segmentation.customers.sampling import MAX_CUSTOMERS
from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.evaluation.options import OutOfTimeOptions
from segmentation.options import build, option_names, read_option
from segmentation.ranges import require_in_range
from segmentation.recipe import Recipe, recipe_of
from segmentation.segmented import Segmentation, segment_customers
from segmentation.selection.guards import SelectionRules, require_rankable

HORIZON_SHARE = 0.25
COMPARED = (
    "features",
    "k",
    "algorithm",
    "scaler",
    "key_accounts",
    "newcomers",
    "evaluation",
    "seed",
)
"""Options of `compare` that may be a list of values."""
OF_FRAMES = {"columns", "date_format", "decimal", "cancellation_prefix", "where", "layout"}
"""Options of `measure` for lines that are in memory."""
NAMED = ("algorithm", "k", "scaler", "features")


def measure(
    source: str | Path | Sequence[str | Path] | pd.DataFrame | ir.Table | None,
    *,
    cleaning: str | CleaningRules = "standard",
    as_of: str | None = None,
    horizon_share: float | None = HORIZON_SHARE,
    max_customers: int = MAX_CUSTOMERS,
    describe: str | Sequence[str] | None = None,
    **options: Any,
) -> MeasuredCustomers:
    """Read transaction lines, clean them and measure every customer.

    Parameters
    ----------
    source : str, Path, sequence of them, DataFrame or ibis Table
        A file, folder, glob or URL, or several; the lines themselves; or an option of ``conf/data``
        that needs no file, such as ``complete_journey``; None where ``query`` is given.
    cleaning : str or CleaningRules
        An option of ``conf/cleaning``, or the rules.
    as_of : str, optional
        The instant at which customers are measured, ISO 8601; by default the last line.
    horizon_share : float, optional
        Share of the covered period, in (0, 1), whose revenue is to be predicted; ``None`` for
        no evaluation out of time.
    max_customers : int
        So many are fitted at most, drawn by a hash of their ids.
    describe : str or sequence of str, optional
        Columns of the source that are profiled per segment and never clustered, such as
        ``["country", "channel"]``; by default those of the layout. What is typical is in
        ``descriptions`` of a segmentation.
    **options
        As of ``conf/data/transactions.yaml``: ``columns``, ``date_format`` and so on.

    Raises
    ------
    UserError
        If the lines cannot be read, cleaned or measured, or a number is outside its range.

    Examples
    --------
    >>> import segmentation as sg
    >>> customers = sg.measure("orders.csv")
    >>> len(customers.table)
    300
    """
    if horizon_share is not None:
        require_in_range(OutOfTimeOptions(horizon_share=horizon_share))
    if isinstance(cleaning, str):
        cleaning = CleaningRules(**read_option("cleaning", cleaning))
    if describe is not None:
        options["describe"] = [describe] if isinstance(describe, str) else [*describe]
    shares = () if horizon_share is None else (horizon_share,)
    plan = MeasuringPlan(_reader(source, options), cleaning, as_of, shares, max_customers)
    require_in_range(plan)
    return measure_customers(plan)


def _reader(
    source: str | Path | Sequence[str | Path] | pd.DataFrame | ir.Table | None,
    options: dict[str, Any],
) -> Callable[[], Any]:
    if isinstance(source, pd.DataFrame | ir.Table):
        return partial(transactions_of, source, **options)
    if isinstance(source, str) and source in option_names("data") and not Path(source).exists():
        made: Callable[[], Any] = build({**read_option("data", source), **options})
        return made
    return partial(transactions, source, **options)


def segment(
    customers: MeasuredCustomers, recipe: Recipe | None = None, **options: Any
) -> Segmentation:
    """Fit, name, assess, profile and explain one segmentation.

    Parameters
    ----------
    customers : MeasuredCustomers
        From `measure`.
    recipe : Recipe, optional
        What to compute; by default made of the options.
    **options
        As of :func:`segmentation.recipe.recipe_of`: ``features``, ``k``, ``algorithm``,
        ``scaler``, ``key_accounts``, ``newcomers``, ``evaluation`` and ``seed``.

    Raises
    ------
    UserError
        If a number is outside its range, the data does not allow a feature, or the customers cannot
        be segmented so, see :func:`~segmentation.model.fitting.fit_segmenter`.

    Examples
    --------
    >>> import segmentation as sg
    >>> found = sg.segment(sg.measure("orders.csv"), features="rfm", k=3, evaluation="fast")
    >>> round(found.metrics["silhouette"], 2) > 0.3
    True
    """
    if recipe is not None and options:
        raise UserError(
            f"a recipe says everything already; leave out {', '.join(options)}, or the recipe"
        )
    _require_known(options)
    recipe = recipe_of(**options) if recipe is None else recipe
    require_in_range(recipe)
    found = segment_customers(customers, recipe)
    for reason in found.left_out:
        warnings.warn(f"the segmentation goes without {reason}", stacklevel=2)
    return found


def compare(
    customers: MeasuredCustomers, *, selection: str | SelectionRules = "default", **options: Any
) -> Comparison:
    """Segment the customers in every combination of the options, rank them and choose.

    Parameters
    ----------
    customers : MeasuredCustomers
        From `measure`.
    selection : str or SelectionRules
        An option of ``conf/selection``, or the rules.
    **options
        As of `segment`; a list or range stands for several values.

    Returns
    -------
    Comparison

    Raises
    ------
    UserError
        As of `segment`; or an option is unknown, or the rules rank by no metric.

    Examples
    --------
    >>> import segmentation as sg
    >>> customers = sg.measure("orders.csv")
    >>> table = sg.compare(customers, features="rfm", k=range(2, 4), evaluation="fast")
    >>> sorted(table.table["k"])
    [2.0, 3.0]
    """
    if isinstance(selection, str):
        selection = SelectionRules(**read_option("selection", selection))
    require_in_range(selection)
    require_rankable(selection)
    recipes = dict(_combinations(options))
    for recipe in recipes.values():
        require_in_range(recipe)
    return compared(customers, recipes, selection)


def _combinations(options: dict[str, Any]) -> Iterator[tuple[str, Recipe]]:
    """Name and recipe of every combination; one that an option has no influence on comes once."""
    _require_known(options)
    values = {key: _values(key, value) for key, value in options.items()}
    seen: set[str] = set()
    for chosen in product(*values.values()):
        one = dict(zip(values, chosen, strict=True))
        recipe = recipe_of(**one)
        # Not by its repr, which scikit-learn cuts.
        if (content := joblib.hash(recipe)) not in seen:
            seen.add(content)
            yield _name(one, recipe, [key for key in values if len(values[key]) > 1]), recipe


def _require_known(options: dict[str, Any]) -> None:
    for key in options:
        if key not in COMPARED:
            raise UserError(f"option '{key}' is unknown; options are: {', '.join(COMPARED)}")


def _values(key: str, value: Any) -> Sequence[Any]:
    # Names of features are one value; several feature sets are a list of lists or of options.
    several = isinstance(value, list | tuple | range)
    if key == "features" and several and all(isinstance(each, str) for each in value):
        several = any(each in option_names("features") for each in value)
    return value if several else [value]


def _name(chosen: dict[str, Any], recipe: Recipe, varied: Sequence[str]) -> str:
    """Name a segmentation as a sweep would: what was chosen, and what else is varied."""
    words = [
        chosen.get("algorithm", "kmeans"),
        *([] if recipe.k is None else [f"k={recipe.k}"]),
        chosen.get("scaler", "log"),
        chosen.get("features", "value"),
        *(f"{key}={chosen[key]}" for key in varied if key not in NAMED),
    ]
    return " ".join(
        "+".join(word) if isinstance(word, list | tuple) else str(word) for word in words
    )
