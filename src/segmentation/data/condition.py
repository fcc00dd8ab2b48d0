"""A condition on the columns of a source, in SQL: read, checked, and put to its lines."""

import re
from collections.abc import Collection, Iterator

import ibis.expr.types as ir
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from segmentation.data.date_formats import find_date_format
from segmentation.data.parsing import instant, number
from segmentation.engine.connection import DIALECT
from segmentation.engine.errors import engine_errors, reason
from segmentation.engine.tables import with_condition
from segmentation.errors import UserError

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg)
ALTERNATIVES = (exp.Coalesce, exp.Nullif)
OF_NUMBERS = (exp.Abs, exp.Round)
OF_DATES = (exp.Year, exp.Month, exp.Day, exp.TimestampTrunc, exp.DateTrunc)
FUNCTIONS = {
    "lower": exp.Lower,
    "upper": exp.Upper,
    "trim": exp.Trim,
    "length": exp.Length,
    "substring": exp.Substring,
    "starts_with": exp.StartsWith,
    "coalesce": exp.Coalesce,
    "nullif": exp.Nullif,
    "abs": exp.Abs,
    "round": exp.Round,
    "year": exp.Year,
    "month": exp.Month,
    "day": exp.Day,
    "date_trunc": exp.TimestampTrunc,
    "strptime": exp.StrToTime,
    "cast": exp.Cast,
    "try_cast": exp.TryCast,
}
"""Functions that depend on nothing but what is given to them."""
ALLOWED = (
    *COMPARISONS,
    *ARITHMETIC,
    *FUNCTIONS.values(),
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Like, exp.ILike, exp.Is, exp.Case, exp.If),
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.DateTrunc),
    exp.DataType,
)
NUMBERS = exp.DataType.NUMERIC_TYPES
DATES = exp.DataType.TEMPORAL_TYPES
TYPES = {*NUMBERS, *DATES, *exp.DataType.TEXT_TYPES, exp.DType.BOOLEAN}
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
MET = "meets the condition"
WHERE = "data.where"
EXAMPLE = "\"Country <> 'United Kingdom' and Quantity > 1\""


def condition_of(text: str, option: str = WHERE) -> exp.Expr:
    """Read a condition.

    Parameters
    ----------
    text : str
        Comparisons of columns with and, or, not, in, between, like, is null, case, arithmetic and
        `FUNCTIONS`; it is kept and executed again, so that nothing else may stand in it.
    option : str
        Of which it is the value.

    Raises
    ------
    UserError
        It is no such condition.
    """
    try:
        condition: exp.Expr = parse_one(text, dialect=DIALECT, into=exp.Condition)
    except SqlglotError as error:
        raise UserError(
            f"{option}={text} is not one condition; write it as {option}={EXAMPLE}, "
            "with names of columns that have spaces in double quotes"
        ) from error
    for node in condition.walk():
        kind = node.this if isinstance(node, exp.DataType) else None
        if type(node) not in ALLOWED or (kind is not None and kind not in TYPES):
            raise UserError(
                f"{option}={text} may not hold {node.sql(DIALECT)}: it compares columns with "
                "and, or, not, in, between, like, is null, case, arithmetic and the functions "
                f"{', '.join(FUNCTIONS)}; for anything else set data.query="
            )
    return condition


def columns_named(text: str | None) -> set[str]:
    """Columns that a condition names, as it writes them."""
    return {column.name for column in condition_of(text).find_all(exp.Column)} if text else set()


def meeting(
    raw: ir.Table, text: str | None, decimal: str = ".", date_format: str | None = None
) -> tuple[ir.Table, list[str]]:
    """Return the lines that meet a condition, and what is to be said of the others.

    Parameters
    ----------
    raw : ibis Table
        Text that is compared with a number or a date is read as one, as amounts and dates are.
    text : str, optional
        None for all lines.
    decimal : {'.', ','}
        Decimal mark of numbers written as text.
    date_format : str, optional
        strptime format of dates written as text, where it reads them; else it is found.

    Raises
    ------
    UserError
        It is no condition on columns that the table has, or dates are ambiguous.
    """
    if not text:
        return raw, []
    decided = decided_by(raw, text, decimal, date_format)
    try:
        counts = decided.aggregate(
            lines=decided.count(), met=decided[MET].sum(), unknown=decided[MET].isnull().sum()
        )
        told = {key: int(n or 0) for key, n in counts.to_pyarrow().to_pylist()[0].items()}
    except engine_errors() as error:
        raise UserError(f"data.where={text} cannot be decided: {reason(error)}") from error
    note = f"data.where left out {told['lines'] - told['met']:,} of {told['lines']:,} lines"
    if told["unknown"]:
        note += f", {told['unknown']:,} of them for a value that is blank or cannot be read"
    return decided.filter(decided[MET]).select(raw.columns), [note]


def decided_by(
    raw: ir.Table,
    text: str,
    decimal: str = ".",
    date_format: str | None = None,
    option: str = WHERE,
) -> ir.Table:
    """Say of every line whether it meets a condition: `MET`, null where a value is blank.

    Parameters
    ----------
    raw, text, decimal, date_format
        As of `meeting`.
    option : str
        Of which the condition is the value.

    Raises
    ------
    UserError
        As of `meeting`.
    """
    condition = _resolved(condition_of(text, option), f"{option}={text}", raw)
    _refuse_text_order(condition, f"{option}={text}", raw)
    read = _typed(condition, raw, decimal, date_format)
    try:
        return with_condition(raw.mutate(**read), condition, MET)
    except engine_errors() as error:
        raise UserError(f"{option}={text} cannot be decided: {reason(error)}") from error


def _resolved(condition: exp.Expr, typed: str, raw: ir.Table) -> exp.Expr:
    """The condition with the names of columns as the table has them."""
    for column in condition.find_all(exp.Column):
        alike = [name for name in raw.columns if name.casefold() == column.name.casefold()]
        name = column.name if column.name in raw.columns else (alike or [None])[0]
        if name is None or column.table:
            raise UserError(
                f"{typed}: column {column.sql(DIALECT)} not found (text stands in "
                f"single quotes); the file has: {', '.join(raw.columns)}"
            )
        column.set("this", exp.to_identifier(name, quoted=True))
    return condition


def _refuse_text_order(condition: exp.Expr, typed: str, raw: ir.Table) -> None:
    """Refuse to order columns of text by each other, in which '20' comes after '100'."""
    for node in condition.find_all(exp.GT, exp.GTE, exp.LT, exp.LTE):
        sides = [side.unnest() for side in (node.this, node.expression)]
        if all(
            isinstance(side, exp.Column) and raw[side.name].type().is_string() for side in sides
        ):
            first = sides[0].sql(DIALECT)
            raise UserError(
                f"{typed} orders two columns of text; say what they are, as "
                f"cast({first} as double) or cast({first} as timestamp)"
            )


def _typed(
    condition: exp.Expr, raw: ir.Table, decimal: str, date_format: str | None
) -> dict[str, ir.Column]:
    """Columns of text read as what they are compared with, to which the condition is turned."""
    as_numbers, as_dates = set(), set()
    for node in condition.walk():
        operands = [operand.unnest() for operand in _operands(node)]
        columns = {id(operand) for operand in operands if isinstance(operand, exp.Column)}
        if _computes(node, ARITHMETIC + OF_NUMBERS, NUMBERS) or any(map(_is_number, operands)):
            as_numbers |= columns
        elif _computes(node, OF_DATES, DATES) or any(map(_is_date, operands)):
            as_dates |= columns
    read: dict[str, ir.Column] = {}
    for column in [*condition.find_all(exp.Column)]:
        text = raw[column.name]
        if not text.type().is_string() or id(column) not in as_numbers | as_dates:
            continue
        kind = "number" if id(column) in as_numbers else "date"
        name = f"{column.name} as a {kind}"
        if name not in read:
            read[name] = (
                number(text, decimal)
                if kind == "number"
                else instant(text, find_date_format(text, date_format))
            )
        column.set("this", exp.to_identifier(name, quoted=True))
    return read


def _computes(
    node: exp.Expr, kinds: tuple[type[exp.Expr], ...], types: Collection[exp.DType]
) -> bool:
    """Whether a node is of one of the kinds, or a cast to one of the types."""
    return isinstance(node, kinds) or (isinstance(node, exp.Cast) and node.to.this in types)


def _operands(node: exp.Expr) -> Iterator[exp.Expr]:
    """What a node compares, or computes with."""
    kinds = COMPARISONS + ALTERNATIVES + ARITHMETIC + OF_NUMBERS + OF_DATES
    return node.iter_expressions() if isinstance(node, (*kinds, exp.Cast)) else iter(())


def _is_number(node: exp.Expr) -> bool:
    if isinstance(node, ALTERNATIVES):
        return any(map(_is_number, _operands(node)))
    if isinstance(node, exp.Literal):
        return not node.is_string
    counted = (exp.Length, exp.Year, exp.Month, exp.Day)
    return _computes(node, (*ARITHMETIC, *OF_NUMBERS, *counted), NUMBERS)


def _is_date(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return node.is_string and bool(re.match(ISO_DATE, node.this))
    return _computes(node, (exp.StrToTime, exp.TimestampTrunc, exp.DateTrunc), DATES)
