"""Customers of cleaned lines, measured at several instants or where they are scored."""

from collections.abc import Sequence
from datetime import datetime

import ibis.expr.types as ir
import pandas as pd

from segmentation.customers.features import customer_features, features_of, require_features
from segmentation.customers.totals import count_products
from segmentation.data.cleaned import CleanedLines


def products_at(
    lines: ir.Table, features: Sequence[str], cuts: Sequence[datetime]
) -> list[ir.Table | None]:
    """Count the products of the customers now and at every cut, where that is a feature."""
    instants = [None, *cuts]
    return [*count_products(lines, instants)] if "products" in features else [None] * len(instants)


def measured_at(
    invoices: ir.Table,
    features: Sequence[str],
    instants: Sequence[datetime],
    products: Sequence[ir.Table | None],
) -> list[pd.DataFrame]:
    """Measure customers at several instants.

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`.
    features : sequence of str
        That the data allows, see `features.features_of`.
    instants : sequence of datetime
        The first is that of the whole data; at each other the customers are measured from what
        came before it.
    products : sequence of ibis Table or None
        Of `products_at`, for each instant.

    Returns
    -------
    list of DataFrame, indexed by customer_id
        For each instant.
    """
    cuts = [None, *instants[1:]]
    tables = []
    for instant, cut, counted in zip(instants, cuts, products, strict=True):
        before = invoices if cut is None else invoices.filter(invoices.invoiced_at < cut)
        measured = customer_features(before, features, instant, counted)
        tables.append(measured.to_pandas().set_index("customer_id"))
    return tables


def measured_customers(
    cleaned: CleanedLines, features: Sequence[str], as_of: datetime, ordered: bool = True
) -> ir.Table:
    """Customers of cleaned lines as an expression, to be measured by who computes it.

    Returns
    -------
    ibis Table
        Of `features.customer_features`.

    Raises
    ------
    UserError
        A feature is unknown, or needs a column that the source does not have.
    """
    require_features(features, features_of(cleaned.lines))
    products = count_products(cleaned.lines, [None])[0] if "products" in features else None
    return customer_features(cleaned.invoices, features, as_of, products, ordered)
