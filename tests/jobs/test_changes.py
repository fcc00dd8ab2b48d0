"""What follows from a comparison: limits that end with a code of their own, and files."""

import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.jobs.changes import require_no_changes, require_within_limits
from segmentation.jobs.scored import Scored
from segmentation.segments.drift import Reference, SegmentCounts
from segmentation.segments.migration import Migration
from segmentation.settings.schema import DriftLimits, ScoreSettings

THEN, NOW = ({"loyal": (1, 3)}, {"loyal": 2, "new": 2}), ({"loyal": (3, 1)}, {"loyal": 2, "new": 2})
REFERENCE = Reference({"loyal": (1.0,)}, SegmentCounts(*THEN))
PSI = 1.0986
MOVES = Migration(
    pd.DataFrame(
        [("a", "a", 3, 1.0, 1.0), ("a", "b", 1, 1.0, 1.0)],
        columns=["from", "to", "customers", "revenue_before", "revenue_after"],
    )
)


def scored(migration=MOVES):
    return Scored("2024-05-01", SegmentCounts(*NOW), {}, SegmentCounts(*NOW), None, migration)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (DriftLimits(max_psi=1.09), ["the PSI of loyal is 1.099 (drift.max_psi=1.09)"]),
        (DriftLimits(max_moved=0.24), ["25.0% of the customers moved (drift.max_moved=0.24)"]),
        (DriftLimits(1.0, 0.1), ["the PSI of loyal", "25.0% of the customers moved"]),
    ],
)
def test_above_a_limit_the_exit_code_is_3_with_one_line(limits, said, capsys):
    with pytest.raises(SystemExit) as ended:
        require_within_limits(scored(), REFERENCE, limits)
    assert ended.value.code == 3
    captured = capsys.readouterr()
    (line,) = captured.err.strip().splitlines()
    assert line.startswith("drift: ")
    assert all(each in line for each in said)
    assert captured.out == ""


@pytest.mark.parametrize(
    "limits", [DriftLimits(), DriftLimits(1.11, 0.25), DriftLimits(max_moved=0.25)]
)
def test_up_to_the_limits_nothing_is_said(limits, capsys):
    require_within_limits(scored(), REFERENCE, limits)
    require_within_limits(scored(migration=None), REFERENCE, DriftLimits(max_moved=0.0))
    assert capsys.readouterr().err == ""


def settings(tmp_path, **more):
    return ScoreSettings(data={}, model="", output=str(tmp_path / "now.csv"), **more)


@pytest.mark.parametrize("there", ["moves.csv", "changes.html"])
def test_files_about_changes_are_replaced_only_when_told_to(tmp_path, there):
    (tmp_path / there).write_text("of may")
    with pytest.raises(UserError, match=rf"{there}' exists; set overwrite=true, or output= to a"):
        require_no_changes(settings(tmp_path, previous="then.csv"))
    require_no_changes(settings(tmp_path, previous="then.csv", overwrite=True))
    require_no_changes(settings(tmp_path))
