import pandas as pd
import pytest

from segmentation.evaluation.elbow import elbow_k, inertia_curves


def run(**values):
    row = {"algorithm": "kmeans", "scaler": "log", "features": "value", "status": "FINISHED"}
    return row | {"k": 2.0, "inertia": 10.0} | values


def test_knee_where_the_curve_flattens():
    assert elbow_k(pd.Series([100.0, 50, 20, 18, 16, 14], index=range(1, 7))) == 3
    assert elbow_k(pd.Series([100.0, 20, 18, 16], index=range(2, 6))) == 3
    assert elbow_k(pd.Series([100.0, 20, 18], index=[2, 3, 10])) == 3, "three points may have one"


@pytest.mark.parametrize("inertia", [[9.0, 1.0], [9.0], [4.0, 3.0, 2.0, 1.0]])
def test_no_knee_on_a_line_or_with_fewer_than_three_points(inertia):
    assert elbow_k(pd.Series(inertia, index=range(2, 2 + len(inertia)))) is None


def test_one_curve_per_combination_of_finished_runs():
    runs = pd.DataFrame(
        [
            run(k=3.0, inertia=5.0),
            run(k=2.0, inertia=9.0),
            run(k=3.0, inertia=4.0),  # run twice: the better counts
            run(k=4.0, inertia=1.0, status="FAILED"),
            run(k=5.0, inertia=float("nan")),
            run(scaler="none", k=2.0),  # a single point
            run(algorithm="hdbscan", k=float("nan")),
        ]
    )
    curves = inertia_curves(runs)
    assert list(curves) == ["kmeans log value"]
    assert curves["kmeans log value"].to_dict() == {2: 9.0, 3: 4.0}


def test_no_curve_where_no_run_has_inertia():
    assert inertia_curves(pd.DataFrame([run()]).drop(columns="inertia")) == {}
