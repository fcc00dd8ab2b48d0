"""Score: segment the customers of new transaction lines with a model, batch by batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.console import print_data_report, print_migration, print_scoring
from segmentation.customers.measuring import customer_batches
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.output_file import output_file
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit
from segmentation.errors import exit_quietly_on_signals
from segmentation.model.rfm import Borders, rfm_scores
from segmentation.segments.migration import earlier_scoring, moves_between
from segmentation.segments.scored_by import ScoredBy
from segmentation.settings.schema import ScoreSettings
from segmentation.tracking.model_loading import load_scoring_model
from segmentation.tracking.store import connect


@interrupted_queries_exit()
def score(
    settings: ScoreSettings, read_transactions: Callable[[Mapping[str, Any]], Transactions]
) -> None:
    """Measure the customers as in training, write their segments, say what changed.

    Parameters
    ----------
    settings : ScoreSettings
    read_transactions : callable
        Reads the transaction lines, as those of the training were read; called once the output,
        ``previous`` and the model are known to be usable.

    Raises
    ------
    UserError
        There is no such model, or the lines, ``previous`` or the output cannot be used.
    """
    exit_quietly_on_signals()
    output = Path(settings.output)
    previous = earlier_scoring(settings.previous, settings.output)
    store = connect(settings.tracking.uri)
    with output_file(output, settings.overwrite) as append:
        model = load_scoring_model(store, settings.model)
        chosen = {rule: on for rule, on in asdict(settings.cleaning).items() if on is not None}
        rules = replace(model.cleaning, **chosen)
        cleaned, report = cleaned_lines(read_transactions(model.reading), rules, settings.as_of)
        print_data_report(report)
        as_of, counts = report.as_of.isoformat(), model.reference.no_customers()
        for customers in customer_batches(cleaned, model.features, report.as_of):
            scored = score_batch(
                customers, model.predict, model.features, model.rfm_borders, as_of, model.scored_by
            )
            append(scored)
            counts += model.reference.count(scored, scored["name"])
    print_scoring(counts, model.reference, as_of, model.metadata["as_of"])
    if previous is not None:
        renamed = [
            (segment["former"], segment["name"])
            for segment in model.metadata["segments"]
            if segment.get("former")
        ]
        print_migration(moves_between(previous, output, renamed))


def score_batch(
    customers: pd.DataFrame,
    predict: Callable[[pd.DataFrame], pd.DataFrame],
    features: Sequence[str],
    borders: Borders,
    as_of: str,
    scored_by: ScoredBy,
) -> pd.DataFrame:
    """Put the segment of every customer beside its features.

    Parameters
    ----------
    customers : DataFrame of shape (n_customers, …)
        ``customer_id``, the features of the model and those of RFM, in their own units.
    predict : callable
        Features in, ``segment``, ``name``, ``confidence``, ``borderline`` and ``outlier`` out.
    features : sequence of str
        Columns that the model was trained on.
    borders : dict of str to list of float
        Of the RFM scores, see `model.rfm.rfm_borders`.
    as_of : str
        When the customers were measured, ISO 8601.
    scored_by : ScoredBy
        The model.

    Returns
    -------
    DataFrame
        ``customer_id``, the features, revenue where it is none of them, what the model says,
        the RFM scores where there are borders, ``as_of``, ``model_name``, ``model_version`` and
        ``model_id``.
    """
    columns = list(dict.fromkeys(["customer_id", *features, "revenue"]))
    segments = predict(customers[list(features)]).set_axis(customers.index)
    scores = rfm_scores(customers, borders)
    return pd.concat([customers[columns], segments, scores], axis=1).assign(
        as_of=as_of, **scored_by.columns()
    )
