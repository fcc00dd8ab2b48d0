"""Hydra's own record of a job or a sweep, in which passwords stand as they were typed."""

from pathlib import Path

from segmentation.masking import masked_value


def mask_record(folder: Path) -> None:
    """Leave out of a record what is secret in it, and let nobody else read it.

    Parameters
    ----------
    folder : Path
        With the YAML files that Hydra writes; nothing is done where there is none.
    """
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if (shown := "\n".join(map(masked_value, text.split("\n")))) != text:
            file.chmod(0o600)
            file.write_text(shown, encoding="utf-8")
