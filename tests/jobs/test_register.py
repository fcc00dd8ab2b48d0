"""Which run is registered, and on whose customers it is compared."""

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from segmentation.data.sources import transactions
from segmentation.errors import UserError
from segmentation.jobs.register import chosen_run, customers_of
from segmentation.selection.guards import SelectionRules
from segmentation.settings.schema import RegisterSettings
from segmentation.tracking.recorded_run import MEASURED_IN, recorded
from tests.helpers.shop import write_shop


@pytest.fixture
def runs(shop):
    found = shop.client.search_runs([shop.experiment_id], "tags.kind = 'segmentation'")
    return [recorded(shop, run) for run in found]


@pytest.fixture
def private(runs):
    """A run whose customers are not kept."""
    return replace(runs[0], tags={k: v for k, v in runs[0].tags.items() if k != MEASURED_IN})


def test_the_best_of_the_newest_sweep_is_chosen_among_its_runs(shop, runs):
    run, judgement = chosen_run(shop, RegisterSettings())
    assert run.run_id in {each.run_id for each in runs}
    assert judgement.verdict.startswith(f"{run.name} is chosen of 3 eligible runs")
    assert judgement.tried[0]["name"] == run.name


def test_a_run_that_a_person_names_is_judged_and_not_chosen(shop, runs):
    chosen = chosen_run(shop, RegisterSettings())[0].run_id
    other = next(run for run in runs if run.run_id != chosen)
    strict = SelectionRules(min_segments=9)
    run, judgement = chosen_run(shop, RegisterSettings(run_id=other.run_id, selection=strict))
    assert run.run_id == other.run_id
    assert judgement.verdict == ""
    assert "at least 9 needed" in judgement.reasons[0]
    assert len(judgement.tried) == 3


def test_customers_that_are_kept_need_no_lines(runs):
    assert len(customers_of(runs[0], None).table) == 300


def test_those_that_are_not_are_asked_for(private):
    with pytest.raises(UserError, match=r"are not kept.*give its transaction lines: data\.path"):
        customers_of(private, None)


@pytest.mark.slow
def test_they_are_measured_again_from_the_same_lines_only(private, runs, shop_csv, tmp_path):
    read = partial(transactions, cancellation_prefix="C")
    again = customers_of(private, partial(read, shop_csv))
    pd.testing.assert_frame_equal(again.table, customers_of(runs[0], None).table)
    others = write_shop(tmp_path / "others.csv", seed=1)
    with pytest.raises(UserError, match="holds other lines"):
        customers_of(private, partial(read, others))


def test_the_same_lines_are_to_be_read_in_the_same_way(private, shop_csv):
    """The content of the lines does not say which of them are cancellations."""
    with pytest.raises(UserError, match="is read in another way; give the options of data that"):
        customers_of(private, partial(transactions, shop_csv, cancellation_prefix="1"))
