"""A customer is removed from the history and from a list, and from nothing else."""

import pandas as pd
import pytest

from segmentation.data.output_file import output_file
from segmentation.errors import UserError
from segmentation.jobs.forget import forget_customer
from segmentation.segments.history import COLUMNS
from segmentation.settings.schema import ScoreSettings

IDS = ["7", "70", "=7", "'=7"]


def settings(**more):
    return ScoreSettings(data={}, model="", **{"output": "", **more})


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("customer", ["7", "=7"])
def test_a_customer_is_gone_from_a_list_and_all_else_stays(tmp_path, capsys, ending, customer):
    path = tmp_path / f"list.{ending}"
    rows = pd.DataFrame({"customer_id": IDS, "note": ["007", "'x", "=1", None], "revenue": 1.5})
    with output_file(path, overwrite=False) as append:
        append(rows)
    read = pd.read_parquet if ending == "parquet" else lambda path: pd.read_csv(path, dtype=str)
    before = read(path)
    forget_customer(settings(forget=customer, output=str(path)))
    after = read(path)
    place = IDS.index(customer)
    expected = before.drop(index=place).reset_index(drop=True)
    pd.testing.assert_frame_equal(after, expected)
    assert f"Customer {customer} was in 1 line of {path}" in capsys.readouterr().out.replace(
        "\n", " "
    )


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_only_customer_of_a_list_is_gone_too_and_from_what_lies_beside_it(tmp_path, ending):
    (tmp_path / "segments").mkdir()
    rows = pd.DataFrame({"customer_id": ["7"], "revenue": 1.5})
    for name in (f"list.{ending}", "moves.csv", "segments/at-risk.csv"):
        with output_file(tmp_path / name, overwrite=False) as append:
            append(rows)
    forget_customer(settings(forget="7", output=str(tmp_path / f"list.{ending}")))
    read = pd.read_parquet if ending == "parquet" else pd.read_csv
    assert list(read(tmp_path / f"list.{ending}")) == ["customer_id", "revenue"]
    assert len(read(tmp_path / f"list.{ending}")) == 0
    for name in ("moves.csv", "segments/at-risk.csv"):
        assert pd.read_csv(tmp_path / name).empty


def test_a_customer_is_gone_from_the_history(tmp_path, capsys):
    frame = pd.DataFrame({name: ["7", "8", "7"] for name in COLUMNS})
    frame.to_parquet(tmp_path / "history.parquet")
    forget_customer(settings(forget="7", history=str(tmp_path / "history.parquet")))
    assert pd.read_parquet(tmp_path / "history.parquet")["customer_id"].tolist() == ["8"]
    printed = " ".join(capsys.readouterr().out.split())
    assert "Customer 7 was in 2 scorings of" in printed
    assert "MLflow keeps tables of customers with runs" in printed


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "forget=7 needs to know from where; set history=, or output= to a list"),
        ({"history": "typo.parquet"}, "history=typo.parquet does not exist; set it to one"),
        ({"output": "list.csv"}, "forget=7 is the id of nobody there; give it as customer_id has"),
        ({"output": "missing.csv"}, "output='missing.csv' is no file"),
        ({"output": "other.csv"}, "has no column 'customer_id'; set output= to a list"),
        ({"output": "broken.parquet"}, r"cannot be read \(.*\); set it to a list"),
    ],
)
def test_what_holds_no_customers_is_refused(tmp_path, monkeypatch, more, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text("customer_id,revenue\n70,1\n")
    (tmp_path / "other.csv").write_text("colour,size\nred,7\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UserError, match=said):
        forget_customer(settings(forget="7", **more))
