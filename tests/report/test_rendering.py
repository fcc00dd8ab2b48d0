"""Text from templates: nothing that comes from data is interpreted."""

import pytest

from segmentation.errors import UserError
from segmentation.report.rendering import escaped_markdown, render, write_page


@pytest.mark.parametrize(
    "text",
    ["**bold**", "a_b_c", "[link](x)", "# head", "<b>", "| cell |", "`code`", "~~x~~", "&amp;"],
)
def test_no_sign_of_markdown_is_left_alone(text):
    escaped = escaped_markdown(text)
    assert escaped.replace("\\", "") == text
    assert not [
        n for n, sign in enumerate(escaped) if sign in "*_[]#<>|`~&" and escaped[n - 1] != "\\"
    ]


def test_text_of_several_lines_is_one():
    assert escaped_markdown("a\n\n# b") == r"a \# b"


def test_a_template_escapes_html_and_refuses_what_is_not_given(tmp_path):
    (tmp_path / "page.html.j2").write_text("<p>{{ text }}</p>", encoding="utf-8")
    assert render("page.html.j2", tmp_path, text="<b>") == "<p>&lt;b&gt;</p>"
    with pytest.raises(Exception, match="'text' is undefined"):
        render("page.html.j2", tmp_path)


def test_a_page_is_written_or_refused_in_one_line(tmp_path):
    assert write_page("<p>ü</p>", tmp_path / "a.html").read_text(encoding="utf-8") == "<p>ü</p>"
    with pytest.raises(UserError, match=r"cannot be written \(.*\); give another path"):
        write_page("", tmp_path / "no" / "a.html")
