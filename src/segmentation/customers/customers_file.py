"""All customers of a shop in a file, where they are more than a segmentation is fitted to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis.expr.types as ir
import pandas as pd
from pyarrow.parquet import ParquetFile

from segmentation.engine.tables import write_parquet

BATCH_SIZE = 250_000


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

    @property
    def columns(self) -> list[str]:
        """Names of the columns, that of the customers first."""
        with ParquetFile(self.path) as file:
            return list(file.schema_arrow.names)

    def batches(self, batch_size: int = BATCH_SIZE) -> Iterator[pd.DataFrame]:
        """All columns of at most so many customers at a time, in the order of the file."""
        with ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size):
                yield batch.to_pandas()


Customers = pd.DataFrame | CustomersFile
"""A column of all customers is had by its name, and their number by ``len``."""


def customers_file(customers: ir.Table) -> CustomersFile:
    """Compute a table of customers into a temporary file, without holding it in memory."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "customers.parquet"
    write_parquet(customers, path)
    return CustomersFile(path, folder)
