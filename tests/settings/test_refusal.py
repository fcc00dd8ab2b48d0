import pytest

from segmentation.settings.refusal import refusal

SEARCHED = "\n\nConfig search path:\n\tprovider=main, path=/somewhere/conf"


def test_what_hydra_says_becomes_one_line_without_where_it_looked():
    line = str(refusal(ValueError(f"Could not find 'scaler/nope'\n\nTry  others{SEARCHED}")))
    assert line == "Could not find 'scaler/nope' Try others; --help lists the options"


def test_the_cause_is_told_by_its_first_line():
    error = ValueError("Error merging override k=two")
    error.__cause__ = TypeError("Value 'two' is no integer\n    full_key: k")
    expected = "Error merging override k=two: Value 'two' is no integer; --help lists the options"
    assert str(refusal(error)) == expected


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
