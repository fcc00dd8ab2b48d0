import io
import subprocess
import sys

import pytest

from segmentation.settings.output_encoding import survive_any_encoding
from tests.helpers.commands import command, environment


def test_what_an_encoding_lacks_is_plain_and_the_rest_stays(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    survive_any_encoding()
    print("− revenue 1,651 ✓ ± é 漢", flush=True)
    assert written.getvalue().decode("cp1252").strip() == "- revenue 1,651 + ± é ?"


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_sweep_ends_well_whatever_encoding_its_output_has(workplace, shop_csv, launcher):
    shop = ["data=transactions", f"data.path={shop_csv}", "evaluation=fast", "plots=none"]
    typed = command("-m", "k=2,3", *shop, f"hydra/launcher={launcher}")
    variables = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    finished = subprocess.run(typed, env=variables, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert b"+ kmeans k=3 log value" in finished.stdout
