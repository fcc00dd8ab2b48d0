"""The page served by Streamlit, or drawn where Streamlit asks for it."""

import sys
from pathlib import Path

from segmentation.errors import UserError, exits_on_user_error
from segmentation.settings.help_text import help_text

PAGE = Path(__file__).with_name("app.py")
OPTIONS = (
    "--server.address=localhost",
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=minimal",
    "--client.disableDataExport=true",
    "--theme.base=light",
    "--theme.primaryColor=#0072B2",
)
"""What .streamlit/config.toml says in a checkout; what is typed wins."""


@exits_on_user_error
def explore() -> None:
    """Draw the page where Streamlit runs; else let it run, with the options that were typed.

    Options that begin with dashes are Streamlit's own, as ``--server.port=8600``.

    Raises
    ------
    SystemExit
        With code 2, where an option is none or Streamlit is not installed.
    """
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(help_text("explore", sys.argv[0]))
        return
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx
    except ImportError as error:
        raise UserError(
            "Streamlit is an extra: uv sync --extra explore, or pip install 'segmentation[explore]'"
        ) from error
    if get_script_run_ctx(suppress_warning=True) is not None:
        from segmentation.explore.page import draw

        draw()
        return
    _serve(sys.argv[1:])


def _serve(typed: list[str]) -> None:
    from streamlit.web.cli import main

    from segmentation.settings.explore_settings import read_explore_settings

    theirs = [word for word in typed if word.startswith("-")]
    ours = [word for word in typed if not word.startswith("-")]
    read_explore_settings(ours)
    main(["run", str(PAGE), *OPTIONS, *theirs, "--", *ours], prog_name="streamlit")
