"""What comes from data stands on the terminal as it is, and is never cut."""

import pytest

from segmentation.console.terminal import console, print_table


def test_square_brackets_and_colons_are_text(capsys):
    text = "[bold red]loyal[/] [link=x]:smile:"
    console.print(f"segment {text}")
    print_table(f"Title {text}", {f"head {text}": False, "n": True}, [[f"cell {text}", "1"]])
    printed = capsys.readouterr().out
    for place in ("segment", "Title", "head", "cell"):
        assert f"{place} {text}" in printed


@pytest.mark.parametrize("width", [80, 120])
def test_numbers_stand_below_each_other_at_their_ends(width, monkeypatch, capsys):
    monkeypatch.setattr(console, "width", width)
    print_table("Sizes", {"segment": False, "customers": True}, [["loyal", "7"], ["new", "1,234"]])
    rows = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    ends = {len(row) for row in rows if row.endswith(("7", "1,234"))}
    assert len(ends) == 1
