"""The console script ``segmentation``: what the scripts do, without a checkout."""

import sys

from segmentation.errors import UserError, exit_with

VERBS = {
    "train": "config",
    "register": "register",
    "score": "score",
    "campaign": "campaign",
    "explore": "explore",
}
"""First word to the primary configuration of its script."""
USAGE = (
    "segmentation train -m k=2,3,4 | segmentation register | segmentation score data.path=… | "
    "segmentation campaign data.path=… list=… start=… | segmentation explore history=…"
)


def main() -> None:
    """Call the script that the first word names; the others are its options.

    Raises
    ------
    SystemExit
        With code 2, when the first word is none of the verbs.
    """
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb in ("-h", "--help"):
        print(_help())
        return
    if verb not in VERBS:
        exit_with(UserError(f"'{verb}' is none of {', '.join(VERBS)}; {USAGE}"))
    sys.argv = [f"{sys.argv[0]} {verb}", *sys.argv[2:]]
    import segmentation.scripts as scripts

    getattr(scripts, verb)()


def _help() -> str:
    """What each verb does, with an example."""
    import shutil
    import textwrap

    from segmentation.settings.help_text import what_it_does
    from segmentation.settings.output_encoding import survive_any_encoding

    survive_any_encoding()
    width, parts = shutil.get_terminal_size().columns, []
    for verb, config_name in VERBS.items():
        about, examples = what_it_does(config_name)
        said = textwrap.fill(about, width, initial_indent="  ", subsequent_indent="  ")
        parts.append(
            f"segmentation {verb}\n{said}\n  Example: segmentation {verb} {examples[0][0]}"
        )
    return "\n\n".join([*parts, "Options of each: segmentation VERB --help"])


if __name__ == "__main__":
    main()
