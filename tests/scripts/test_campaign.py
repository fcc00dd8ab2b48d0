"""score.py with a control group and campaign.py after it, as a user types them."""

import pandas as pd
import pytest

from tests.helpers.commands import run_here, without_progress
from tests.helpers.shop import shop_lines

HELD_OUT = ["holdout.share=0.3", "holdout.campaign=Spring, 20% (new)"]


@pytest.fixture
def typed(shop_with_champion, shop_csv, monkeypatch):
    def run(script, *arguments, data=shop_csv):
        return run_here(monkeypatch, f"data.path={data}", *arguments, script=script)

    return run


@pytest.fixture
def listed(typed):
    """The list of the day before the campaign."""
    assert typed("score.py", "output=segments.csv", "as_of=2024-05-01", *HELD_OUT) == 0
    return pd.read_csv("segments.csv", dtype={"customer_id": str})


def test_a_list_says_what_its_control_group_can_show(typed, capsys):
    assert typed("score.py", "output=segments.csv", *HELD_OUT) == 0
    printed = capsys.readouterr().out
    listed = pd.read_csv("segments.csv")
    assert 0.2 < listed["control"].mean() < 0.4
    table = printed[printed.index("Control group: return within ") :]
    for name, group in [*listed.groupby("segment_name"), ("all", listed)]:
        held_out = group["control"].sum()
        (row,) = [line for line in table.splitlines() if line.startswith(f" {name} ")]
        assert f" {len(group) - held_out} " in row
        assert f" {held_out} " in row


@pytest.mark.slow
def test_next_month_the_same_customers_are_held_out(typed, listed):
    assert typed("score.py", "output=next.parquet", *HELD_OUT) == 0
    later = pd.read_parquet("next.parquet").set_index("customer_id")["control"]
    now = listed.set_index("customer_id")["control"]
    assert len(later) > len(now)
    assert later.loc[now.index].tolist() == now.tolist()


@pytest.mark.slow
def test_nobody_is_held_out_without_being_asked(typed, capsys):
    assert typed("score.py", "output=segments.csv") == 0
    assert not pd.read_csv("segments.csv")["control"].any()
    assert "Control group" not in capsys.readouterr().out
    assert typed("campaign.py", "list=segments.csv", "start=2024-08-01") == 2
    assert "nobody in control" in capsys.readouterr().err


def test_a_campaign_is_measured_by_one_command(typed, listed, tmp_path, capsys):
    lines = shop_lines()
    control = set(listed["customer_id"][listed["control"]])
    stays = lines["Customer ID"].astype(str).isin(control) | (lines["Invoice Date"] < "2024-05-01")
    extra = lines[~stays & ~lines["Invoice"].str.startswith("C")]
    lines = pd.concat([lines, extra.assign(Invoice="again" + extra["Invoice"])])
    lines.to_csv(tmp_path / "later.csv", index=False)
    arguments = ["list=segments.csv", "start=2024-05-01", "output=effects.csv"]
    assert typed("campaign.py", *arguments, data=tmp_path / "later.csv") == 0
    found = pd.read_csv("effects.csv").set_index(["measure", "segment"])
    assert found.loc[("orders", "all"), "reading"] == "higher"
    assert "Orders per customer" in capsys.readouterr().out
    assert typed("campaign.py", *arguments, data=tmp_path / "later.csv") == 2
    assert "effects.csv' exists; set overwrite=true" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        ("score.py", ["output=a.csv", "holdout.share=0.1"], "needs the name of the campaign"),
        ("score.py", ["output=a.csv", "holdout.share=1"], "must be above 0 and below 1"),
        ("campaign.py", ["start=2024-05-01"], "'list' has no value and must be given; set list=…"),
        ("campaign.py", ["list=segments.csv"], "'start' has no value and must be given"),
        ("campaign.py", ["list=segments.csv", "start=2024-05-01"], "is neither a file nor"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(typed, script, arguments, said, capsys):
    assert typed(script, *arguments) == 2
    (line,) = without_progress(capsys.readouterr().err).splitlines()
    assert said in line
