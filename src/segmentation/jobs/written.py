"""Files that a scoring writes are no files that it reads."""

from pathlib import Path

from segmentation.data.scored_output import TABLE
from segmentation.errors import UserError
from segmentation.jobs.changes import files_about_changes
from segmentation.segments.excluded import is_file_of_ids
from segmentation.settings.schema import ScoreSettings


def require_apart(settings: ScoreSettings) -> None:
    """Refuse to write over what is read, or two things into one file.

    Raises
    ------
    UserError
        Names both.
    """
    given = settings.data.get("path") or []
    paths = [given] if isinstance(given, str) else given
    read = [("data.path", str(path)) for path in paths]
    if is_file_of_ids(settings.exclude):
        read.append(("exclude", str(settings.exclude)))
    written = [("output", settings.output)]
    written += [(file.name, str(file)) for file in files_about_changes(settings)]
    if settings.history is not None:
        written.append(("history", settings.history))
    for name, path in written:
        others = [*read, *(each for each in written if each[0] != name)]
        for other, place in others:
            if path.startswith(TABLE) or place.startswith(TABLE):
                continue
            mine, theirs = Path(path).absolute(), Path(place).absolute()
            if mine == theirs or (other == "history" and theirs in mine.parents):
                inside = "in " if mine != theirs else ""
                remedy = name if name in ("output", "history") else "output"
                raise UserError(
                    f"{name}='{path}' is {inside}{other} itself; set {remedy}= to another place, "
                    "to keep both"
                )
