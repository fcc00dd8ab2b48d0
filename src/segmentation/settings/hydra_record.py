"""Hydra's own record of a job or a sweep, in which passwords stand as they were typed."""

from pathlib import Path

from segmentation.masking import masked_value

FILES = ("multirun.yaml", "config.yaml", "hydra.yaml", "overrides.yaml")
"""Hydra's: of a sweep, and of a job."""


def mask_record(folder: Path) -> None:
    """Leave out of a record what is secret in it, and let nobody else read it.

    Parameters
    ----------
    folder : Path
        In which Hydra writes; other files in it stay as they are.
    """
    for file in filter(Path.is_file, map(folder.joinpath, FILES)):
        text = file.read_text(encoding="utf-8")
        if (shown := "\n".join(map(masked_value, text.split("\n")))) != text:
            file.chmod(0o600)
            file.write_text(shown, encoding="utf-8")
