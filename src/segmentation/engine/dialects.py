"""Which dialect an expression is computed in: a new one is a row here."""

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from segmentation.engine.dialect import Dialect
from segmentation.engine.duckdb_engine import DuckDBDialect
from segmentation.engine.postgres_dialect import PostgresDialect
from segmentation.engine.spark_engine import SparkDialect

DIALECTS = {each.backend: each for each in (DuckDBDialect(), SparkDialect(), PostgresDialect())}
AS_PROMISED = Dialect()
"""Any other engine, of which Ibis is taken at its word."""


def dialect_of(expression: ir.Expr | BaseBackend) -> Dialect:
    """Dialect of the engine that computes an expression, or of a connection."""
    backend = expression if isinstance(expression, BaseBackend) else expression.get_backend()
    return DIALECTS.get(backend.name, AS_PROMISED)
