"""What pages, docstrings and conf/ say to type works in bash, zsh, PowerShell and cmd."""

import re

import pytest

from tests.helpers.commands import REPO

FOLDERS = ("docs", "experiments", "benchmarks", "src", "conf")
PAGES = [*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md"), *(REPO / "experiments").rglob("*.md")]
SOURCES = [
    *REPO.glob("*.py"),
    *(
        file
        for folder in FOLDERS
        for file in (REPO / folder).rglob("*")
        if file.suffix in (".py", ".yaml")
    ),
]
TYPED = re.compile(r"`((?:uv|pipx?|python|mlflow|segmentation) [^`\n]*)`")
"""Commands within sentences."""
IN_DOCSTRINGS = re.compile(r"^[ #]*((?:uv|pipx?|python) \S.*)$", re.MULTILINE)
ONLY_IN_BASH = {
    r"&&|\|\||;": "PowerShell 5.1 knows no && and cmd no ;",
    r"(^|\s)#": "zsh and cmd take a comment for arguments",
    r"\\$": "PowerShell and cmd do not go on after a backslash",
    r"^[A-Z_]+=": "only POSIX shells set a variable before a command",
    r"\$|`": "a variable is named otherwise in every shell",
}
WHERE_SHELLS_DIFFER = re.compile(r"^export |\\\"", re.MULTILINE)
PATTERN = re.compile(r"[()*?\[\]{}<>|!]")


def refused(line: str) -> list[str]:
    """Why a line is no command for every shell."""
    reasons = [reason for form, reason in ONLY_IN_BASH.items() if re.search(form, line)]
    # Within double quotes they are letters like any other.
    if "'" in re.sub(r'"[^"]*"', "", line):
        reasons.append("cmd knows no single quotes")
    if PATTERN.search(re.sub(r'"[^"]*"', "", line.replace('\\"', ""))):
        reasons.append("zsh looks for files of that pattern; put it in double quotes")
    return reasons


def sections(page: str) -> list[str]:
    return re.split(r"^## ", page, flags=re.MULTILINE)


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_commands_of_a_page_can_be_pasted_into_any_shell(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"```(sh|shell|console|zsh)\b", text), "blocks of commands are bash"
    lines = [line for block in fenced(text, "bash") for line in block.splitlines()]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines += TYPED.findall(prose)
    assert {line: refused(line) for line in lines if refused(line)} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_where_shells_differ_both_forms_are_shown(page):
    for section in sections(page.read_text(encoding="utf-8")):
        if any(map(WHERE_SHELLS_DIFFER.search, fenced(section, "bash"))):
            assert fenced(section, "powershell"), section.splitlines()[0]


def test_commands_in_docstrings_and_comments_can_be_pasted_too():
    found = {
        line: refused(re.sub(r" \[.*", "", line))
        for file in SOURCES
        for line in IN_DOCSTRINGS.findall(file.read_text(encoding="utf-8"))
    }
    assert len(found) > 8
    assert {line: reasons for line, reasons in found.items() if reasons} == {}


@pytest.mark.parametrize(
    "line",
    [
        "pip install uv && uv run train.py",
        "uv run train.py 'k=range(2,5)'",
        "uv run train.py k=2   # two",
        "uv run train.py \\",
        "MLFLOW_TRACKING_URI=sqlite:///x.db uv run train.py",
        "uv run train.py k=range(2,5)",
        "uv run train.py scaler=glob(m*)",
        "uv run train.py data.path=$HOME/x.csv",
    ],
)
def test_a_form_of_bash_alone_is_refused(line):
    assert refused(line)


@pytest.mark.parametrize(
    "line", ['uv run train.py -m "k=range(2,5)" scaler=log,power', "uv run score.py a.b=c:/x@y"]
)
def test_what_every_shell_takes_is_not(line):
    assert not refused(line)
