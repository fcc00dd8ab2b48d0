from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import example, given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from segmentation.settings.quoting import quoted


@example("/home/O'Brien/x")
@example("C:\\Users\\me\\")
@example("\\\\server\\share")
@example("a\\'b")
@example("[v2] (1), {x}=$y")
@example("${oc.env:HOME}")
@example("\\${x}")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r")))
def test_hydra_takes_a_quoted_text_as_it_is(text):
    (override,) = OverridesParser.create().parse_overrides([f"+x={quoted(text)}"])
    taken = OmegaConf.create({"x": override.value()})
    assert str(OmegaConf.to_container(taken, resolve=True)["x"]) == text
