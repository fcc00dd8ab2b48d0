"""A campaign on the made-up shop, whose treated customers really bought more."""

import numpy as np
import pandas as pd
import pytest

from segmentation.data.cleaning import CleaningRules
from segmentation.data.lines import transactions_of
from segmentation.errors import UserError
from segmentation.jobs.campaign import campaign
from segmentation.segments.holdout import Holdout
from segmentation.settings.schema import CampaignSettings
from tests.helpers.shop import shop_lines

START = "2024-05-01"


@pytest.fixture(scope="module")
def lines():
    return shop_lines()


@pytest.fixture
def listed(tmp_path):
    """A list of the shop's customers, a third of them held out, one of whom never bought."""
    ids = [*map(str, range(300)), "never"]
    frame = pd.DataFrame(
        {
            "customer_id": ids,
            "segment": [0 if number < 140 else 1 for number in range(301)],
            "segment_name": ["loyal" if number < 140 else "casual" for number in range(301)],
            "control": np.array(Holdout(1 / 3, "spring").control(ids)),
            "as_of": "2024-05-01T00:00:00",
        }
    )

    def write(**changes):
        frame.assign(**changes).to_parquet(tmp_path / "segments.parquet")
        return frame

    write()
    return write


@pytest.fixture
def run(tmp_path, lines):
    def run_with(lines=lines, cleaning=None, **options):
        given = {"list": str(tmp_path / "segments.parquet"), "start": START} | options
        settings = CampaignSettings(data={}, cleaning=cleaning or CleaningRules(), **given)
        campaign(settings, lambda: transactions_of(lines, cancellation_prefix="C"))

    return run_with


def by_hand(lines, listed, start=START, end="2100"):
    """Treated and control means by pandas, of all customers of the list."""
    kept = lines[~lines["Invoice"].str.startswith("C")]
    kept = kept[(kept["Invoice Date"] >= start) & (kept["Invoice Date"] < end)]
    amounts = kept["Quantity"] * kept["Price"]
    ids = kept["Customer ID"].astype(str)
    revenue = amounts.groupby(ids).sum().reindex(listed["customer_id"], fill_value=0.0)
    orders = kept["Invoice"].groupby(ids).nunique().reindex(listed["customer_id"], fill_value=0)
    control = listed["control"].to_numpy()
    return {
        measure: (float(values[~control].mean()), float(values[control].mean()))
        for measure, values in {
            "return": orders.to_numpy() > 0,
            "orders": orders.to_numpy(),
            "revenue": revenue.to_numpy(),
        }.items()
    }


@pytest.mark.parametrize("end", [None, "2024-06-01"])
def test_the_figures_are_those_of_pandas(run, listed, lines, tmp_path, end):
    output = tmp_path / "effects.csv"
    run(output=str(output), end=end)
    found = pd.read_csv(output)
    of_all = found[found["segment"] == "all"].set_index("measure")
    for measure, means in by_hand(lines, listed(), end=end or "2100").items():
        row = of_all.loc[measure]
        assert (row["treated"], row["control"]) == pytest.approx(means, rel=1e-9), measure
        assert row["difference"] == pytest.approx(means[0] - means[1])
        assert row["low"] < row["difference"] < row["high"]
    assert set(of_all["treated_customers"] + of_all["control_customers"]) == {301}
    assert found["segment"].drop_duplicates().tolist() == ["loyal", "casual", "all"]


def test_a_campaign_that_did_nothing_is_said_to_be_one(run, listed, capsys):
    run()
    printed = capsys.readouterr().out
    for title in (
        "Campaign, 2024-05-01 to 2024-07-1",
        "Return: share",
        "Orders per",
        "Revenue per",
    ):
        assert title in printed
    assert printed.count("Cannot be told apart: ") == 3
    assert "not in the list" not in printed


def test_a_campaign_that_doubled_orders_is_seen(run, listed, lines, tmp_path):
    frame = listed()
    treated = set(frame["customer_id"][~frame["control"]])
    more = lines[lines["Customer ID"].astype(str).isin(treated)]
    more = more[(more["Invoice Date"] >= START) & ~more["Invoice"].str.startswith("C")]
    again = more.assign(Invoice="again" + more["Invoice"])
    run(
        lines=pd.concat([lines, again, again.assign(Invoice="more" + again["Invoice"])]),
        output=str(tmp_path / "effects.parquet"),
    )
    found = pd.read_parquet(tmp_path / "effects.parquet").set_index(["measure", "segment"])
    assert found.loc[("orders", "loyal"), "reading"] == "higher"
    assert found.loc[("revenue", "all"), "reading"] == "higher"


def test_who_is_not_in_the_list_is_counted_and_left_out(run, listed, tmp_path, capsys):
    frame = listed()
    frame.iloc[40:].to_parquet(tmp_path / "segments.parquet")
    run()
    assert "40 customers who bought are not in the list" in " ".join(
        capsys.readouterr().out.split()
    )


def test_cancellations_count_where_the_rules_keep_them(run, listed, tmp_path):
    revenue = []
    for rules in (CleaningRules(), CleaningRules(cancellations=False, non_positive_quantity=False)):
        run(cleaning=rules, output=str(tmp_path / "effects.csv"), overwrite=True)
        found = pd.read_csv(tmp_path / "effects.csv").query("segment == 'all'")
        revenue.append(found.set_index("measure").loc["revenue", "treated"])
    assert revenue[1] < revenue[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"start": "2025-01-01"}, "start=2025-01-01 is after the last line, 2024-07-"),
        ({"start": "soon"}, "start='soon' must be a date or instant in ISO 8601"),
        ({"end": "2024-05-01"}, "end=2024-05-01 must be after start=2024-05-01; set a later one"),
        ({"end": "later"}, "end='later' must be a date"),
        ({"start": "2024-04-30"}, "was measured as of 2024-05-01 00:00, after start=2024-04-30"),
        ({"list": "missing.csv"}, "list='missing.csv' is neither a file nor a folder"),
        ({"output": "effects.txt"}, "must end in .csv or .parquet"),
        ({"output": "there.csv"}, "exists; set overwrite=true"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_no_file(
    run, listed, tmp_path, monkeypatch, options, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("mine\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(UserError, match=said) as refused:
        run(**options)
    assert "\n" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
