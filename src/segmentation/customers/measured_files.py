"""Files that keep measured customers for other processes, and with a sweep."""

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.customers.customers_file import CustomersFile
from segmentation.customers.described import Described
from segmentation.customers.measured import OUTCOMES, MeasuredCustomers, Past
from segmentation.customers.rhythm import Rhythm
from segmentation.data.cleaning import CleaningRules
from segmentation.data.report import DataReport

CUSTOMERS_FILE, FACTS_FILE = "customers.parquet", "measured.json"
ALL_CUSTOMERS_FILE = "all_customers.parquet"
"""Where those of the other file are a sample."""
KEPT_FILE = "kept.parquet"
"""Where columns of the source are carried into lists."""
DESCRIBED_FILE, VALUES_FILE = "described.parquet", "described_values.parquet"
"""Pairs of a customer and a value, by number, and the values."""


def write_measured(customers: MeasuredCustomers, folder: Path) -> None:
    """Write measured customers as parquet and JSON files into a new folder, for nobody else."""
    folder.mkdir(parents=True, mode=0o700)
    customers.table.to_parquet(folder / CUSTOMERS_FILE)
    for kept, name in ((customers.file, ALL_CUSTOMERS_FILE), (customers.kept, KEPT_FILE)):
        if kept is not None:
            shutil.copyfile(kept.path, folder / name)
    _write_described(customers.described, folder)
    pasts = []
    for number, past in enumerate(customers.pasts):
        file = f"past-{number}.parquet"
        outcomes = dict(zip(OUTCOMES, (past.next_revenue, past.next_orders), strict=True))
        past.table.assign(**outcomes).to_parquet(folder / file)
        cut = past.cut.isoformat()
        pasts.append({"horizon_share": past.horizon_share, "cut": cut, "file": file})
    facts = {
        "as_of": customers.as_of.isoformat(),
        "cleaning": asdict(customers.cleaning),
        "report": customers.report.to_dict(),
        "horizon_shares": customers.horizon_shares,
        "pasts": pasts,
        "rhythm": asdict(customers.rhythm),
        "described_by": customers.described.columns,
    }
    (folder / FACTS_FILE).write_text(json.dumps(facts, indent=2), encoding="utf-8")


def read_measured(folder: Path) -> MeasuredCustomers:
    """Read what `write_measured` wrote; an earlier edition wrote less: no rhythm, or no pasts."""
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    everybody, kept = folder / ALL_CUSTOMERS_FILE, folder / KEPT_FILE
    return MeasuredCustomers(
        table=pd.read_parquet(folder / CUSTOMERS_FILE),
        as_of=datetime.fromisoformat(facts["as_of"]),
        cleaning=CleaningRules(**facts["cleaning"]),
        report=DataReport.from_dict(facts["report"]),
        horizon_shares=tuple(facts["horizon_shares"]) if "pasts" in facts else (),
        pasts=tuple(_read_past(folder, past) for past in facts.get("pasts", [])),
        rhythm=Rhythm.from_dict(facts.get("rhythm", {})),
        file=CustomersFile(everybody) if everybody.exists() else None,
        kept=CustomersFile(kept) if kept.exists() else None,
        described=_read_described(folder, tuple(facts.get("described_by", ()))),
    )


def _write_described(described: Described, folder: Path) -> None:
    if described.columns:
        pairs = pd.DataFrame({"customer": described.customers, "value": described.codes})
        pairs.to_parquet(folder / DESCRIBED_FILE)
        described.values.to_parquet(folder / VALUES_FILE)


def _read_described(folder: Path, columns: tuple[str, ...]) -> Described:
    if not columns:
        return Described()
    pairs = pd.read_parquet(folder / DESCRIBED_FILE)
    values = pd.read_parquet(folder / VALUES_FILE)
    return Described(columns, values, pairs["customer"].to_numpy(), pairs["value"].to_numpy())


def _read_past(folder: Path, facts: dict[str, Any]) -> Past:
    table = pd.read_parquet(folder / facts["file"])
    return Past(
        facts["horizon_share"],
        datetime.fromisoformat(facts["cut"]),
        table.drop(columns=OUTCOMES),
        *(table[outcome].to_numpy() for outcome in OUTCOMES),
    )
