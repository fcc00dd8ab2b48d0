import re

import pytest
from omegaconf import OmegaConf

from segmentation.errors import UserError
from segmentation.settings.refusal import refusal, refused_in_one_line

SEARCHED = "\n\nConfig search path:\n\tprovider=main, path=/somewhere/conf"


def test_what_hydra_says_becomes_one_line_without_where_it_looked():
    line = str(refusal(ValueError(f"Could not find 'scaler/nope'\n\nTry  others{SEARCHED}")))
    assert line == "Could not find 'scaler/nope' Try others; --help lists the options"


def test_the_cause_is_told_by_its_first_line():
    error = ValueError("Error merging override k=two")
    error.__cause__ = TypeError("Value 'two' is no integer\n    full_key: k")
    expected = "Error merging override k=two: Value 'two' is no integer; --help lists the options"
    assert str(refusal(error)) == expected


@pytest.mark.parametrize("value", ["${nope}", "${oc.env:NOPE}"])
def test_a_reference_to_nothing_is_one_line_with_a_remedy(value):
    with pytest.raises(UserError) as refused, refused_in_one_line():
        OmegaConf.to_container(OmegaConf.create({"k": value}), resolve=True)
    line = str(refused.value)
    assert re.fullmatch(r"k: .*'(nope|NOPE)' not found; set what .*", line)


def test_a_search_that_found_nothing_is_one_line_and_other_errors_stay():
    with pytest.raises(UserError, match="every run of the search failed"), refused_in_one_line():
        raise ValueError("No trials are completed yet.")
    with pytest.raises(ValueError, match="another"), refused_in_one_line():
        raise ValueError("another")


@pytest.mark.parametrize(
    ("option", "extra"),
    [
        ("sweeper/optuna", "optuna"),
        ("launcher/ray", "ray"),
        ("launcher/submitit_local", "submitit"),
        ("launcher/submitit_slurm", "submitit"),
    ],
)
def test_an_extra_that_is_not_installed_is_named(option, extra):
    said = f"Could not find 'hydra/{option}'"
    assert str(refusal(ValueError(said))).endswith(f"uv sync --extra {extra}")


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("Key 'metrics' not in 'FeatureSettings'", "features.metrics is called features.names now"),
        ("Could not override 'sweep'.", "sweep is called sweep_run now"),
    ],
)
def test_an_option_of_an_earlier_edition_is_named_as_it_is_called_now(said, now):
    advice = "To append to your config use +features.metrics=[revenue]"
    message = str(refusal(ValueError(f"{said} {advice}")))
    assert message.endswith(f"; {now}")
    assert "append" not in message


def test_an_option_of_ours_cannot_be_appended_and_one_of_a_library_can():
    advice = "Could not override 'x'. To append to your config use +x=3: Key 'x'"
    ours = str(refusal(ValueError(f"{advice} not in 'Settings'")))
    assert ours == "Could not override 'x'. Key 'x' not in 'Settings'; --help lists the options"
    assert "use +x=3" in str(refusal(ValueError(f"{advice} is not in struct")))
