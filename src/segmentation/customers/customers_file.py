"""All customers of a shop in a file, where they are more than a segmentation is fitted to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import ibis.expr.types as ir
import pandas as pd
from pyarrow.parquet import ParquetFile

from segmentation.engine.dialect import ROWS_AT_ONCE
from segmentation.engine.tables import write_parquet


@dataclass(frozen=True)
class CustomersFile:
    """Customers in a parquet file, a row each, of which a column or a batch is read at a time.

    Attributes
    ----------
    path : Path
        With ``customer_id`` and the features, in their own units.
    folder : TemporaryDirectory or None
        In which it lies, and which goes as soon as nobody refers to it; ``None`` for a file that
        others keep.
    """

    path: Path
    folder: TemporaryDirectory[str] | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        with ParquetFile(self.path) as file:
            return int(file.metadata.num_rows)

    def __getitem__(self, column: str) -> pd.Series:
        """One column of all customers, in the order of the file."""
        with ParquetFile(self.path) as file:
            return file.read([column])[column].to_pandas()

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of all customers, indexed by customer_id."""
        with ParquetFile(self.path) as file:
            read = file.read(["customer_id", *columns])
        return read.to_pandas(ignore_metadata=True).set_index("customer_id")

    def batches(self, batch_size: int = ROWS_AT_ONCE) -> Iterator[pd.DataFrame]:
        """All columns of at most so many customers at a time, in the order of the file."""
        with ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size):
                yield batch.to_pandas()


Customers: TypeAlias = pd.DataFrame | CustomersFile
"""A column of all customers is had by its name, and their number by ``len``."""


def ids_of(customers: Customers) -> pd.Index:
    """Ids of all customers, in their order."""
    if isinstance(customers, pd.DataFrame):
        return customers.index
    return pd.Index(customers["customer_id"])


def customers_file(customers: ir.Table) -> CustomersFile:
    """Compute a table of customers into a temporary file, without holding it in memory."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "customers.parquet"
    write_parquet(customers, path)
    return CustomersFile(path, folder)
