"""Campaign: see whether it worked, by the customers who were held out of it."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pandas as pd

from segmentation.console.data import print_data_report
from segmentation.console.scoring import print_campaign
from segmentation.customers.features import next_purchases
from segmentation.data.cleaned import cleaned_lines, instant_of
from segmentation.data.output_file import output_file
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import interrupted_queries_exit
from segmentation.engine.errors import damage_in_one_line
from segmentation.errors import UserError, exit_quietly_on_signals
from segmentation.segments.campaign import effects, table, with_purchases
from segmentation.segments.campaign_list import read_list
from segmentation.settings.schema import CampaignSettings


@interrupted_queries_exit()
def campaign(settings: CampaignSettings, read_transactions: Callable[[], Transactions]) -> None:
    """Compare what treated and control customers of a list bought since the campaign began.

    Parameters
    ----------
    settings : CampaignSettings
    read_transactions : callable
        Reads the transaction lines; called once the list and the output are known to be usable.

    Raises
    ------
    UserError
        The list, the lines, the period or the output cannot be used.
    """
    exit_quietly_on_signals()
    start = instant_of(settings.start, "start")
    end = None if settings.end is None else instant_of(settings.end, "end")
    if end is not None and end <= start:
        raise UserError(f"end={settings.end} must be after start={settings.start}; set a later one")
    listed = read_list(settings.list)
    _require_drawn_before(settings, listed, start)
    output = settings.output
    file = nullcontext() if output is None else output_file(Path(output), settings.overwrite)
    with damage_in_one_line(), file as append:
        cleaned, report = cleaned_lines(
            read_transactions(), settings.cleaning, with_fingerprint=False
        )
        last = report.last_invoiced_at
        if start > last:
            raise UserError(
                f"start={settings.start} is after the last line, {last:%Y-%m-%d %H:%M}, so nothing "
                "is known of the campaign; set data.path to lines that go on"
            )
        print_data_report(report)
        bought = next_purchases(cleaned.invoices, start, end).to_pandas()
        found = effects(with_purchases(listed, bought))
        if append is not None:
            append(table(found))
    others = int((~bought["customer_id"].isin(listed["customer_id"])).sum())
    print_campaign(found, start, last if end is None else end, others)


def _require_drawn_before(
    settings: CampaignSettings, listed: pd.DataFrame, start: datetime
) -> None:
    """Refuse a list that knew what the campaign did."""
    drawn = max(instant_of(each, "as_of") for each in listed["as_of"].unique())
    if drawn > start:
        raise UserError(
            f"list='{settings.list}' was measured as of {drawn:%Y-%m-%d %H:%M}, after "
            f"start={settings.start}, so that its segments know what the campaign did; set start "
            f"to {drawn:%Y-%m-%d} or later, or give the list that was used"
        )
