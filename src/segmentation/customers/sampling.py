"""The customers that a segmentation is fitted to, where there are more than it should be."""

import ibis.expr.types as ir

from segmentation.engine.functions import text_number
from segmentation.engine.tables import kept

MAX_CUSTOMERS = 1_000_000
"""Up to so many, all are."""


def invoices_of_sample(invoices: ir.Table, n_customers: int) -> ir.Table:
    """Invoices of some customers only, drawn by a hash of their ids.

    A customer who is drawn today is drawn next month, too, unless many new ones have come: those
    with the lowest hash are taken (bottom-k sampling, Cohen and Kaplan 2007).

    Parameters
    ----------
    invoices : ibis Table
        Of `invoices.invoices_of`.
    n_customers : int
        Customers with a kept line that are drawn.

    Returns
    -------
    ibis Table
        With the columns of ``invoices``; computed once.
    """
    customers = invoices.filter(invoices.removed_by.isnull()).select("customer_id").distinct()
    numbered = customers.mutate(number=text_number(customers.customer_id))
    # the id breaks ties of the hash
    drawn = numbered.order_by("number", "customer_id").limit(n_customers).select("customer_id")
    connection = invoices.get_backend()
    return kept(connection, invoices.semi_join(kept(connection, drawn), "customer_id"))
