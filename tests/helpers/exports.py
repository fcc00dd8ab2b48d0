"""Small exports of a shop, written in the formats that people have."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from segmentation.data.sources import transactions
from segmentation.data.transactions import Transactions

ORDERS = pd.DataFrame(
    {
        "Customer ID": ["12346", "12346", "12347", None, "12348"],
        "Invoice": ["1", "1", "2", "3", "C4"],
        "Product": ["a", "b", "a", "c", "a"],
        "Invoice Date": [
            "2010-12-01 08:26:00",
            "2010-12-01 08:26:00",
            "2010-12-13 10:00:00",
            "2010-12-14 10:00:00",
            "2010-12-15 10:00:00",
        ],
        "Quantity": ["2", "1", "3", "1", "-1"],
        "Price": ["2.5", "1.25", "0.125", "4", "2.5"],
        "Country": ["France", "France", "Österreich", "Spain", "France"],
    }
)


def typed_orders() -> pd.DataFrame:
    """The same orders as numbers and timestamps."""
    return ORDERS.assign(
        **{
            "Customer ID": ORDERS["Customer ID"].astype(float),
            "Invoice Date": pd.to_datetime(ORDERS["Invoice Date"]).astype("datetime64[us]"),
            "Quantity": ORDERS["Quantity"].astype(int),
            "Price": ORDERS["Price"].astype(float),
        }
    )


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def write_xlsx(path: Path, sheets: Sequence[pd.DataFrame]) -> Path:
    """A minimal workbook: text as inline strings, numbers as numbers, instants as dates."""
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    ids = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{spreadsheet}" xmlns:r="{relations}"><sheets>'
        + "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="r{i}"/>' for i in ids)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{i}" Type="{relations}/worksheet" '
            f'Target="worksheets/sheet{i}.xml"/>'
            for i in ids
        )
        + f'<Relationship Id="st" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{spreadsheet}"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for i, sheet in zip(ids, sheets, strict=True):
        rows = [list(sheet.columns), *sheet.itertuples(index=False)]
        cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{i}.xml"] = (
            f'<worksheet xmlns="{spreadsheet}"><sheetData>{cells}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _cell(value: object) -> str:
    if pd.isna(value):
        return "<c/>"
    if isinstance(value, pd.Timestamp):
        serial = (value - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
        return f'<c s="1"><v>{serial:.10f}</v></c>'
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def rows(transactions: Transactions) -> pd.DataFrame:
    """The canonical lines in a fixed order."""
    frame = transactions.lines.to_pandas()
    return frame.sort_values(["invoiced_at", "amount"]).reset_index(drop=True)


def dates_read(tmp_path: Path, *dates: str, date_format: str | None = None) -> list[str]:
    """Instants that are read of dates as they are written, in their order."""
    lines = "".join(f'1,{i},"{date}",{i}\n' for i, date in enumerate(dates))
    path = write_text(tmp_path / "orders.csv", "customer,order,date,amount\n" + lines)
    found = transactions(path, date_format=date_format).lines.order_by("amount").to_pandas()
    return [str(instant) for instant in found["invoiced_at"]]
