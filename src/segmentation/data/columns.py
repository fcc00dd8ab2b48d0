"""Which column of a source holds what: matching through a table of common names."""

import re
from collections.abc import Mapping, Sequence

from segmentation.errors import UserError

# fmt: off
COMMON_NAMES = {
    "customer_id": [
        "customerid", "customer", "customerno", "customernumber", "customercode", "custid",
        "clientid", "client", "householdid", "householdkey", "household", "memberid", "userid",
        "buyerid", "shopperid", "accountid", "visitorid", "idcustomer",
        "customeremail", "buyeremail", "email",
        "kundennummer", "kundennr", "kundenid", "kunde", "customername",
    ],
    "invoice_id": [
        "invoiceid", "invoiceno", "invoicenumber", "invoice", "orderid", "orderno", "ordernumber",
        "order", "transactionid", "transactionno", "transactionnumber", "basketid", "basket",
        "idorder", "amazonorderid",
        "receiptid", "receiptno", "receiptnumber", "ticketid", "billno", "transid",
        "rechnungsnummer", "rechnungsnr", "belegnummer", "belegnr", "bestellnummer", "bestellnr",
    ],
    "invoiced_at": [
        "invoicedat", "invoicedate", "invoicetimestamp", "invoicedatetime", "orderedat",
        "orderdate", "ordertimestamp", "orderdatetime", "transactiontimestamp", "transactiondate",
        "transactiondatetime", "transdate", "trandate", "orderpurchasetimestamp", "purchasedat",
        "purchasedate", "saledate", "salesdate", "createdat", "createddateutc", "dateadd",
        "timestamp", "datetime", "date",
        "rechnungsdatum", "belegdatum", "bestelldatum", "datum",
    ],
    "amount": [
        "amount", "lineamount", "linetotal", "linevalue", "totalprice", "totalamount", "salesvalue",
        "salesamount", "saleamount", "transactionamount", "transamount", "tranamount", "netamount",
        "grossamount", "grossamt", "rowtotal",
        "netsales", "sales", "revenue", "ordertotal", "total", "spend",
        "betrag",
    ],
    "quantity": [
        "quantity", "qty", "quantitysold", "quantityordered", "units", "unitssold", "unitsordered",
        "itemquantity", "qtyordered", "quantitypurchased", "quantityrefund", "pcs", "menge",
        "quantité", "quantite", "cantidad",
    ],
    "unit_price": [
        "unitprice", "priceperunit", "priceeach", "itemprice", "productprice", "sellingprice",
        "price", "rate", "einzelpreis", "preis",
    ],
    "product_id": [
        "productid", "productno", "productcode", "product", "stockcode", "sku", "itemid",
        "itemcode", "item", "articleid", "articleno", "upc", "ean", "gtin",
        "artikelnummer", "artikelnr", "artikel",
    ],
    "country": [
        "country", "countryname", "customercountry", "shippingcountry", "countrycode",
        "countryregion", "land",
    ],
    "status": [
        "orderstatus", "financialstatus", "paymentstatus", "status", "bestellstatus",
        "zahlungsstatus",
    ],
    "cancelled_at": ["cancelledat", "canceledat"],
    "refunded": ["refundedamount", "amountrefunded"],
    "discount": [],
}
# fmt: on
"""Canonical column to its names, the likeliest first, in lower case letters and digits."""

NUMBERING = re.compile(r"Unnamed: 0(\.\d+)?|column0+")
"""A first column without a name, as pandas and as the engine call it."""
REQUIRED = ("customer_id", "invoiced_at")
OF_IDS = re.compile(r"(^|[\W_])[iI][dD]$|[a-z]I[dD]$")
"""Names of columns that end in the word id."""


def without_numbering(available: Sequence[str]) -> list[str]:
    """Columns of a source but for the numbers of its rows, which make no line another one."""
    numbered = bool(NUMBERING.fullmatch(available[0]))
    return [*available[numbered:]]


def match_columns(
    available: Sequence[str], chosen: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Find the column of a source for each canonical column.

    Names are compared without case, spaces and punctuation. A column that was chosen explicitly
    wins and is used for nothing else. When quantity and unit price were chosen and amount was not,
    no amount is matched, so that it is computed from the two.

    Parameters
    ----------
    available : sequence of str
        Columns of the source.
    chosen : mapping of canonical name to column of the source, optional
        Explicit choices; None means: look it up in the table of common names.

    Returns
    -------
    dict of str to str
        Canonical name to column of the source, for what was found.

    Raises
    ------
    UserError
        A chosen column or canonical name does not exist, two columns fit equally well, or required
        columns are missing (customer_id, invoiced_at; amount or unit_price); all are named.
    """
    explicit = {name: column for name, column in (chosen or {}).items() if column}
    _check_chosen(available, explicit)
    matched = found_columns(available, explicit)
    _check_required(available, matched)
    return matched


def found_columns(available: Sequence[str], explicit: Mapping[str, str]) -> dict[str, str]:
    """Match as `match_columns` does, but take what is there: nothing need be found.

    Parameters
    ----------
    available : sequence of str
        Columns of the source.
    explicit : mapping of canonical name to column of the source
        All of them available.
    """
    matched = {}
    for name in COMMON_NAMES:
        if name in explicit:
            matched[name] = explicit[name]
        elif name != "amount" or not {"quantity", "unit_price"} <= explicit.keys():
            free = [column for column in available if column not in explicit.values()]
            if (column := _look_up(name, free)) is not None:
                matched[name] = column
    return matched


def lacking(matched: Mapping[str, str]) -> dict[str, str]:
    """Canonical columns that are required and not matched, to how they are named to people."""
    missing = {name: repr(name) for name in REQUIRED if name not in matched}
    if not {"amount", "unit_price"} & matched.keys():
        missing["amount"] = "'amount' (or 'unit_price')"
    return missing


def kept_columns(
    keep: Sequence[str], available: Sequence[str], others: Sequence[str] = ()
) -> list[str]:
    """Columns of a table that are to be carried along, as the table calls them.

    Parameters
    ----------
    keep : sequence of str
        As they were asked for; case counts only where two differ by nothing else.
    available : sequence of str
        Columns of the table.
    others : sequence of str
        Columns of other tables of the source, in which one may be instead.

    Raises
    ------
    UserError
        No table has such a column.
    """
    found = []
    for name in keep:
        alike = [column for column in available if column.casefold() == name.casefold()]
        if name in alike or len(alike) == 1:
            found.append(name if name in alike else alike[0])
        elif alike or name.casefold() not in {column.casefold() for column in others}:
            known = dict.fromkeys([*available, *others])
            raise UserError(f"keep={name} not found; the file has: {', '.join(known)}")
    return list(dict.fromkeys(found))


def holds_ids(column: str) -> bool:
    """Whether a column names things: ``…_id``, or a usual name of customers, orders, products."""
    usual = (COMMON_NAMES[name] for name in ("customer_id", "invoice_id", "product_id"))
    return bool(OF_IDS.search(column)) or any(normalised(column) in names for names in usual)


def _look_up(name: str, available: Sequence[str]) -> str | None:
    for common in COMMON_NAMES[name]:
        fitting = [column for column in available if normalised(column) == common]
        if len(fitting) > 1:
            columns = " and ".join(map(repr, fitting))
            raise UserError(f"columns {columns} both look like {name}; set data.columns.{name}=…")
        if fitting:
            return fitting[0]
    return None


def normalised(column: str) -> str:
    """Name of a column in lower case letters and digits, as names are compared."""
    return re.sub(r"[\W_]", "", column).casefold()


def _check_chosen(available: Sequence[str], explicit: Mapping[str, str]) -> None:
    for name, column in explicit.items():
        if name not in COMMON_NAMES:
            raise UserError(
                f"data.columns.{name} is not a canonical column; it must be one of: "
                f"{', '.join(COMMON_NAMES)}"
            )
        if column not in available:
            raise UserError(
                f"data.columns.{name}={column!r} not found; the file has: {', '.join(available)}"
            )


def _check_required(available: Sequence[str], matched: Mapping[str, str]) -> None:
    if missing := lacking(matched):
        raise UserError(
            f"column{'s' * (len(missing) > 1)} {', '.join(missing.values())} not found; "
            f"the file has: {', '.join(available)}; "
            f"set {' '.join(f'data.columns.{name}=…' for name in missing)}"
        )
