"""The UCI Online Retail data: downloaded once and verified, or read from a local copy."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from segmentation.data.columns import kept_columns
from segmentation.data.describing import require_described
from segmentation.data.files import read_table
from segmentation.data.layouts import in_layout, layout_of
from segmentation.data.transactions import Transactions
from segmentation.engine.connection import DUCKDB, EngineError
from segmentation.engine.engine import Engine
from segmentation.engine.tables import write_parquet
from segmentation.errors import UserError


def online_retail(
    url: str,
    sha256: str,
    path: str | Path | None = None,
    cache_dir: str | Path | None = None,
    layout: Mapping[str, Any] | None = None,
    keep: Sequence[str] = (),
    describe: Sequence[str] | None = None,
    engine: Engine = DUCKDB,
) -> Transactions:
    """Lines of UCI Online Retail (Chen 2015, dataset 352): a British gift shop, 2010-12 to 2011-12.

    Parameters
    ----------
    url : str
        Where the file is downloaded from when there is no local copy.
    sha256 : str
        Hexadecimal digest that the downloaded file must have.
    path : str or Path, optional
        A local copy in any format (rda, csv, xlsx, parquet); nothing is downloaded then.
    cache_dir : str or Path, optional
        Where the download is kept; None: the user's cache folder.
    layout : mapping, optional
        As `layouts.Layout.from_dict` takes it; None: recognised by the columns.
    keep : sequence of str
        Columns of the source that are carried along, for lists of customers.
    describe : sequence of str, optional
        Columns that describe customers, see `sources.transactions`.
    engine : Engine
        What reads the lines and computes on them.

    Returns
    -------
    Transactions

    Raises
    ------
    UserError
        The download failed or its content is not the published one; the local copy is unreadable,
        or lacks a column of ``describe``.
    """
    file = path or _cached_parquet(url, sha256, cache_dir)
    raw = read_table(file, engine)
    chosen = layout_of(raw.columns, layout)
    kept = kept_columns(keep, raw.columns)
    found = in_layout(chosen, raw, source=str(path or url), keep=kept, describe=describe)
    require_described(describe, found.descriptors, raw.columns)
    return found


def _cached_parquet(url: str, sha256: str, cache_dir: str | Path | None) -> Path:
    """The verified download, decoded once: reading the R file takes half a minute."""
    import pooch

    folder = Path(cache_dir or pooch.os_cache("segmentation"))
    parquet = folder / f"online_retail-{sha256[:16]}.parquet"
    if not parquet.is_file():
        try:
            _write_parquet(_download(url, sha256, folder), parquet)
        except (OSError, EngineError) as error:
            raise UserError(
                f"Online Retail cannot be cached in {folder}: {error}; "
                "set data.cache_dir= to a folder with space or data.path= to a local copy"
            ) from error
    return parquet


def _download(url: str, sha256: str, folder: Path) -> Path:
    import pooch
    import requests

    try:
        # pooch writes beside the target and moves it there once the digest is right
        return Path(
            pooch.retrieve(
                url, known_hash=f"sha256:{sha256}", path=folder, fname=url.split("/")[-1]
            )
        )
    except requests.RequestException as error:
        raise UserError(
            f"{url} cannot be downloaded ({type(error).__name__}); "
            "try again or set data.path= to a local copy of Online Retail"
        ) from error
    except ValueError as error:
        raise UserError(
            f"{url} is not the published file (sha256 is not {sha256}); "
            "try again or set data.path= to a local copy of Online Retail"
        ) from error


def _write_parquet(file: Path, parquet: Path) -> None:
    """Complete or not at all, whoever else is writing it."""
    with tempfile.TemporaryDirectory(dir=parquet.parent) as scratch:
        part = Path(scratch) / parquet.name
        write_parquet(read_table(file), part)
        part.replace(parquet)
