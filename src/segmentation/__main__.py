"""The console script ``segmentation``: what the scripts do, without a checkout."""

import sys

from segmentation.errors import UserError, exit_with

VERBS = ("train", "register", "score", "campaign", "explore")
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
        print(USAGE)
        return
    if verb not in VERBS:
        exit_with(UserError(f"'{verb}' is none of {', '.join(VERBS)}; {USAGE}"))
    sys.argv = [f"{sys.argv[0]} {verb}", *sys.argv[2:]]
    import segmentation.scripts as scripts

    getattr(scripts, verb)()


if __name__ == "__main__":
    main()
