"""Tables that are read to their end before something is made of them."""

import ibis.expr.types as ir


def require_every_value(table: ir.Table) -> None:
    """Read all that a table has once: what is damaged, or is of another type, is met here.

    Raises
    ------
    one of `errors.engine_errors`
        A value cannot be read.
    """
    if table.columns:
        table.aggregate([table[name].max().name(name) for name in table.columns]).to_pyarrow()
