"""A shop of eighteen lines that meets every cleaning rule, and its customers computed by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd

COLUMNS = ("Customer ID", "Invoice", "InvoiceDate", "Quantity", "Price", "StockCode", "Status")
TEXT_LINES = [
    ("12346.0", "A1", "2011-01-01 10:00:00+02:00", "2", "1.005", "P1", "paid"),
    (" 12346 ", "A1", "2011-01-01T10:00:00+02:00", "1", "$3.50", "P2", "Paid"),
    ("12346", "A2", "2011-03-02 00:30:00", "3.0", "1,000.10", "P1", None),
    ("12346", "C3", "2011-04-01", "-1", "1.005", "P1", None),
    ("b7", "B1", "2011-05-05T23:59:59Z", "10", "0.125", "P3", "wc-completed"),
    ("b7", "B1", "2011-05-05T23:59:59Z", "10", "0.125", "P3", "wc-completed"),
    ("b7", "B2", "2011-06-01 12:00", "1", "(5.00)", "P3", None),
    ("", "X1", "2011-07-01", "1", "1", "P1", None),
    ("nan", "X2", "2011-07-01", "1", "1", "P1", None),
    ("b7", "B3", "2011-08-01", "0", "4", "P2", None),
    ("b7", "B4", "2011-08-02", "4", "0", "P2", None),
    ("b7", "B5", "2012-01-15", "1", "9", "P2", None),
    ("É9", "D1", "2011-09-01", "1", "7.25", "P4", "Refunded"),
    ("É9", "D2", "2011-09-02", "1", "8", "P4", "storniert"),
    ("É9", "D3", "2011-09-03", "1", "8", "P4", "pending"),
    ("É9", "D4", "2011-09-04 05:06:07.250", "2", "2.3333", "P4", "completed"),
    ("b7", "B6", "not a date", "1", "1", "P1", None),
    ("a10", "E1", "2011-12-30 23:00:00", "1", "20", None, None),
]
"""As an export writes them: blanks, ``.0``, offsets, marks of money, a sign as brackets."""
AS_OF = "2011-12-31"
OPTIONS = {"columns": {"status": "Status"}, "cancellation_prefix": "C"}

EXPECTED = {
    "b7": {
        "revenue": 1.25,
        "orders": 1,
        "lines": 1,
        "average_order_value": 1.25,
        "average_line_value": 1.25,
        "recency_days": 239,
        "tenure_days": 239,
        "mean_gap_days": 239,
        # 5.00 came back
        "return_share": 1,
        "products": 1,
        "units_per_order": 10,
    },
    "É9": {
        "revenue": 4.6666,
        "orders": 1,
        "lines": 1,
        "average_order_value": 4.6666,
        "average_line_value": 4.6666,
        "recency_days": 117,
        "tenure_days": 117,
        "mean_gap_days": 117,
        "return_share": 0,
        "products": 1,
        "units_per_order": 2,
    },
    "a10": {
        "revenue": 20,
        "orders": 1,
        "lines": 1,
        "average_order_value": 20,
        "average_line_value": 20,
        "recency_days": 0,
        "tenure_days": 0,
        "mean_gap_days": 0,
        "return_share": 0,
        "products": 0,
        "units_per_order": 1,
    },
    "12346": {
        # 2.01 + 3.50 + 3000.30
        "revenue": 3005.81,
        "orders": 2,
        "lines": 3,
        "average_order_value": 3005.81 / 2,
        "average_line_value": 3005.81 / 3,
        "recency_days": 303,
        "tenure_days": 363,
        # from 2011-01-01 08:00 UTC to 2011-03-02 00:30
        "mean_gap_days": 59 + 16.5 / 24,
        "return_share": 1.005 / 3005.81,
        "products": 2,
        "units_per_order": 3,
    },
}
"""Of every customer, in the order of the table: by the length of the id, then its bytes."""
REMOVED = {
    "unreadable": (1, 1),
    "after_as_of": (1, 9),
    "missing_customer": (2, 2),
    "duplicates": (1, 1.25),
    "cancellations": (2, -6.005),
    "refunded_orders": (1, 7.25),
    "cancelled_orders": (1, 8),
    "unpaid_orders": (1, 8),
    "non_positive_quantity": (1, 0),
    "non_positive_price": (1, 0),
}
"""Rule to the lines that it removes, and their revenue."""


def text_frame() -> pd.DataFrame:
    """The lines as columns of text."""
    return pd.DataFrame(TEXT_LINES, columns=list(COLUMNS)).astype("string")


def typed_frame() -> pd.DataFrame:
    """The readable lines as a database holds them: whole, exact and with their zone."""
    rows = [
        (
            int(customer.strip().removesuffix(".0")) if customer.strip()[:1].isdigit() else None,
            invoice,
            _instant(date),
            int(float(quantity)),
            Decimal(price.translate(str.maketrans("(", "-", "$,)"))),
            product,
            status,
        )
        for customer, invoice, date, quantity, price, product, status in TEXT_LINES
        if date[0].isdigit()
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"Customer ID": "Int64"})


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
