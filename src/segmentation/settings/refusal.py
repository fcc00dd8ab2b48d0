"""What Hydra refuses, in one line."""

from segmentation.errors import UserError

RENAMED = {
    "'metrics' not in 'FeatureSettings'": "features.metrics is called features.names now",
    "Could not override 'sweep'": "sweep is called sweep_run now",
}
"""What Hydra says of an option of an earlier edition, and what it is called now."""


def refusal(error: Exception) -> UserError:
    """The error in one line: what was typed, what is wrong with it, what there is instead."""
    # What follows is where Hydra looked, of no use to who mistyped an option.
    said = str(error).split("Config search path:")[0]
    cause = str(error.__cause__ or "").partition("\n")[0]
    line = " ".join(f"{said.rstrip()}: {cause}".split() if cause else said.split())
    now = next((text for sign, text in RENAMED.items() if sign in line), None)
    if now is not None:
        # Hydra would have the old key appended with a plus, where nothing reads it.
        return UserError(f"{line.split('To append')[0].rstrip(' .')}; {now}")
    return UserError(f"{line}; --help lists the options")
