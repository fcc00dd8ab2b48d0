"""The numbers of docs/evaluation.md are those of the command that it names."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.helpers.commands import REPO, child_runs, environment, parent_runs, run_here

PAGE = (REPO / "docs" / "evaluation.md").read_text(encoding="utf-8")
QUANTILES = {"halves": "2", "quarters": "4", "fifths": "5"}
FIGURES = ("oot_score", "oot_r2", "oot_auc")


def published():
    """Scaler (or `revenue`) and k of every row of the table, with its figures and ± where given."""
    number = r" \**([−\d.]+)(?: ± ([\d.]+))?\** \|"
    row = rf"^\| \**(?:`(\w+)` k = (\d)|revenue (\w+)).*? \|{number * 3}$"
    for scaler, k, groups, *cells in re.findall(row, PAGE, re.MULTILINE):
        values = [float(cell.replace("−", "-")) if cell else None for cell in cells]
        yield scaler or "revenue", k or QUANTILES[groups], values[::2], values[1]


def minus(value):
    return f"{value:.1f}".replace("-", "−")


def sentences(trap, robust, chosen):
    """What the page says of three runs, with their figures."""
    share = f"{100 * chosen['smallest_segment_share']:.1f} %"
    return [
        f"`robust` at k = 2 with {robust['silhouette']:.3f}",
        f"`standard` at k = 2, the usual first attempt, has {trap['silhouette']:.3f}",
        f"`log` at k = 5, silhouette {chosen['silhouette']:.3f}, smallest segment {share}",
        f"from {robust['silhouette']:.3f} to {robust['silhouette_common']:.3f}",
        f"{chosen['effective_segments']:.2f} of 5 for the chosen run",
        f"{robust['effective_segments']:.2f} of 2 for `robust`",
        f"has a mean of {trap['stability_mean']:.2f}",
        f"the segment of 14 has {trap['stability_min']:.2f}",
        f"has {chosen['stability_min']:.2f} in its worst segment",
        f"`robust` at k = 2 has {robust['stability_min']:.2f}",
        f"{trap['null_mean']:.3f} ± {trap['null_sd']:.3f} of the null",
        f"(z = {minus(trap['null_z'])})",
        f"leads revenue fifths by {chosen['oot_lead']:.3f} ± {chosen['oot_lead_se']:.3f}",
        f"these segments {chosen['oot_r2']:.3f}",
        f"highest net, {chosen['oot_score'] - 0.05:.3f}",
        f"{chosen['null_mean']:.3f} ± {chosen['null_sd']:.3f} (z = {minus(chosen['null_z'])})",
    ]


@pytest.mark.slow
def test_the_numbers_are_those_of_the_runs(workplace, shared_data, monkeypatch):
    data = f"data.path={shared_data / 'online_retail.parquet'}"
    part = ["scaler=robust,standard,log", "k=2,4,5", "plots=none"]
    assert run_here(monkeypatch, "sweep=scaler_trap", data, *part) == 0
    runs = child_runs(parent_runs()[0])
    measured = {(run.data.params["scaler"], run.data.params["k"]): run.data.metrics for run in runs}
    rows = list(published())
    assert len(rows) == 7
    for scaler, k, values, error in rows:
        baseline = scaler == "revenue"
        metrics = measured["log" if baseline else scaler, k]
        names = [f"{name}_revenue_quantiles" if baseline else name for name in FIGURES]
        assert [metrics[name] for name in names] == pytest.approx(values, abs=1e-3)
        assert error is None or metrics["oot_score_se"] == pytest.approx(error, abs=1e-3)
    said = sentences(measured["standard", "2"], measured["robust", "2"], measured["log", "5"])
    ceiling = parent_runs()[0].data.metrics["oot_ceiling"]
    said.append(f"explains {ceiling:.3f} of the differences in next revenue")
    assert [sentence for sentence in said if sentence not in PAGE] == []


@pytest.mark.executes(r"docs/write_metrics\.py")
def test_the_command_rewrites_the_table_of_metrics(tmp_path):
    copied = tmp_path / "write_metrics.py"
    shutil.copy(REPO / "docs" / "write_metrics.py", copied)
    without_a_row = re.sub(r"^\| `n_customers` .*\n", "", PAGE, flags=re.MULTILINE)
    assert without_a_row != PAGE
    (tmp_path / "evaluation.md").write_text(without_a_row, encoding="utf-8")
    subprocess.run([sys.executable, str(copied)], check=True, env=environment())
    assert (tmp_path / "evaluation.md").read_text(encoding="utf-8") == PAGE


@pytest.mark.executes(r"docs/write_vocabulary\.py")
@pytest.mark.slow
def test_the_command_rewrites_the_table_of_names(tmp_path):
    copied = tmp_path / "write_vocabulary.py"
    shutil.copy(REPO / "docs" / "write_vocabulary.py", copied)
    without_a_row = re.sub(r"^\| champions .*\n", "", PAGE, flags=re.MULTILINE)
    assert without_a_row != PAGE
    (tmp_path / "evaluation.md").write_text(without_a_row, encoding="utf-8")
    subprocess.run([sys.executable, str(copied)], check=True, env=environment())
    assert (tmp_path / "evaluation.md").read_text(encoding="utf-8") == PAGE
