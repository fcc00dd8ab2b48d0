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
def test_scripts_end_well_whatever_encoding_their_output_has(workplace, shop_csv, launcher):
    shop = ["data=transactions", f"data.path={shop_csv}"]
    quick = ["evaluation=fast", "plots=none", f"hydra/launcher={launcher}"]
    assert "+ kmeans k=3 log value" in printed("train.py", "-m", "k=2,3", *shop, *quick)
    if launcher == "basic":
        assert "champion" in printed("register.py", "promotions=true")
        assert "segments.csv" in printed("score.py", *shop, "output=segments.csv")


def printed(script, *arguments):
    """What a script prints where nothing but ASCII can be shown."""
    variables = environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    typed = command(*arguments, script=script)
    finished = subprocess.run(typed, env=variables, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.decode("ascii")
