"""Who of the customers has which value, in columns of the source that are no features."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segmentation.data.describing import NAMES_OF_THINGS, Descriptor
from segmentation.data.parsing import identifier
from segmentation.engine.functions import try_cast
from segmentation.engine.tables import kept
from segmentation.errors import UserError

FEWEST_CUSTOMERS, SMALLEST_SHARE = 20, 0.001
"""A value is described where so many customers have it, and so large a share of them."""
NOT_KNOWN = "not known"
"""Value of a customer of whom no line has one."""
MOST_NUMBERS = 1_000
"""With more different values, a column of numbers describes nobody."""
VALUES = ("column", "value", "customers")


def _no_values() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in VALUES})


def _nobody() -> np.ndarray:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class Described:
    """Pairs of a customer and a value that the customer has.

    Attributes
    ----------
    columns : tuple of str
        That were asked for and are there, also those of which no value is frequent enough.
    values : DataFrame of shape (n_values, 3)
        ``column``, ``value`` (text) and ``customers``, how many have it; by column, then value.
    customers, codes : ndarray of int32, shape (n_pairs,)
        Place of a customer in the table of measured customers, and row of ``values``.
    """

    columns: tuple[str, ...] = ()
    values: pd.DataFrame = field(default_factory=_no_values)
    customers: np.ndarray = field(default_factory=_nobody)
    codes: np.ndarray = field(default_factory=_nobody)

    @property
    def fingerprint(self) -> str:
        """Digest of who has which value: 16 hex digits; empty where nothing is described."""
        if not self.columns:
            return ""
        digest = hashlib.sha256(repr(self.columns).encode())
        digest.update(repr(self.values[["column", "value"]].to_numpy().tolist()).encode())
        for part in (self.customers, self.codes):
            digest.update(np.ascontiguousarray(part, dtype=np.int32).tobytes())
        return digest.hexdigest()[:16]


def measure_described(
    lines: ir.Table, invoices: ir.Table, ids: pd.Index, descriptors: Mapping[str, Descriptor]
) -> Described:
    """Find who has which value; the engine goes through the lines, and counts.

    A customer has a value that stands on any of the purchases that cleaning kept, and is *not
    known* where none of them has one. Only values leave the engine that `FEWEST_CUSTOMERS` have,
    and `SMALLEST_SHARE` of the customers.

    Parameters
    ----------
    lines : ibis Table
        Of `cleaning.clean`.
    invoices : ibis Table
        Of the customers that are measured, see `invoices.invoices_of`.
    ids : Index of str, shape (n_customers,)
        Customers, in the order of their table.
    descriptors : mapping of str to Descriptor

    Raises
    ------
    UserError
        A column is a number with more different values than `MOST_NUMBERS`.
    """
    if not descriptors:
        return Described()
    numbered, places = _numbered(invoices, ids)
    bought = lines.filter(lines.removed_by.isnull(), ~lines.cancelled)
    fewest = max(FEWEST_CUSTOMERS, int(np.ceil(SMALLEST_SHARE * len(ids))))
    values, customers, codes, known = [], [], [], 0
    for name, descriptor in descriptors.items():
        pairs = _pairs(bought, numbered, descriptor)
        frequent, numbers, found = _frequent(name, descriptor, pairs, fewest)
        values.append(frequent)
        customers.append(places[numbers])
        codes.append(found + known)
        known += len(frequent)
    who, which = np.concatenate(customers), np.concatenate(codes)
    # An engine gives pairs in any order.
    order = np.lexsort((who, which))
    return Described(
        tuple(descriptors),
        pd.concat(values, ignore_index=True),
        who[order].astype(np.int32),
        which[order].astype(np.int32),
    )


def _numbered(invoices: ir.Table, ids: pd.Index) -> tuple[ir.Table, np.ndarray]:
    """Customers with a number in the engine, and the place that each number has among the ids."""
    own = invoices.filter(invoices.removed_by.isnull()).select("customer_id").distinct()
    number = ibis.row_number().over(order_by=own.customer_id).cast("int32")
    numbered = kept(invoices.get_backend(), own.mutate(number=number))
    there = numbered.to_pandas()
    places = np.empty(len(there), dtype=np.int64)
    places[there["number"].to_numpy()] = ids.get_indexer(pd.Index(there["customer_id"]))
    return numbered, places


def _pairs(bought: ir.Table, numbered: ir.Table, descriptor: Descriptor) -> ir.Table:
    """Number of a customer and a value that the customer has, each pair once."""
    if descriptor.column == "customer_id":
        held = numbered.select("customer_id", value=numbered.customer_id)
    else:
        held = bought.select("customer_id", value=bought[descriptor.column]).distinct()
    if descriptor.meanings is not None:
        meant = descriptor.meanings.rename(meaning="value")
        joined = held.inner_join(meant, held.value == meant.key)
        # Few rows are left, before patterns are looked for in their values.
        held = joined.select("customer_id", value=joined.meaning).distinct()
    read = held.select("customer_id", value=identifier(held.value))
    known = read.filter(read.value.notnull()).distinct()
    everybody = numbered.left_join(known, "customer_id")
    pairs = everybody.select("number", value=everybody.value.fill_null(NOT_KNOWN))
    return kept(numbered.get_backend(), pairs)


def _frequent(
    name: str, descriptor: Descriptor, pairs: ir.Table, fewest: int
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Values that enough customers have; of their pairs the customers' numbers and the values'."""
    counted = pairs.group_by("value").aggregate(customers=pairs.count())
    if descriptor.column not in NAMES_OF_THINGS:
        _require_words(name, counted)
    enough = counted.filter(counted.customers >= fewest)
    code = ibis.row_number().over(order_by=enough.value).cast("int32")
    coded = kept(pairs.get_backend(), enough.mutate(code=code))
    values = coded.to_pandas().sort_values("value", ignore_index=True)
    place = np.empty(len(values), dtype=np.int64)
    place[values["code"].to_numpy()] = np.arange(len(values))
    held = pairs.inner_join(coded, "value").select("number", "code").to_pyarrow()
    numbers, codes = (held[of].to_numpy() for of in ("number", "code"))
    return values.assign(column=name)[list(VALUES)], numbers, place[codes]


def _require_words(name: str, counted: ir.Table) -> None:
    known = counted.filter(counted.value != NOT_KNOWN)
    number = try_cast(known.value, "decimal(38, 9)")
    found = known.aggregate(values=known.count(), numbers=number.count()).to_pyarrow().to_pylist()
    values, numbers = found[0]["values"], found[0]["numbers"]
    if values > MOST_NUMBERS and numbers == values:
        raise UserError(
            f"describe=[{name}]: column {name!r} is a number with {values:,} different values, and "
            f"more than {MOST_NUMBERS:,} describe nobody; make ranges of it in data.query=, or "
            "leave it out of describe="
        )
