"""Files that no shop should send, each with one fault, named after it."""

import gzip
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.helpers.commands import run_here
from tests.helpers.shop import shop_lines

HEADER = "customer_id,invoice_id,invoiced_at,quantity,unit_price"
FIELD_BYTES = 5_000_000


def write_inputs(folder: Path) -> None:
    """Write all of them into a folder."""
    shop = shop_lines()
    shop.to_csv(folder / "orders.csv", index=False)
    for name, lines in _texts(shop):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    _write_binaries(folder)
    _write_archives(folder, (folder / "orders.csv").read_bytes())
    _write_parquet(folder, shop)
    _write_places(folder)
    (folder / "not.sql").write_text("delete from orders", encoding="utf-8")


def lines_of(
    customers: int, orders: int, quantity: float = 1, price: float = 9.5, day: str = "%Y-%m-%d"
) -> list[str]:
    """Lines with a heading: so many customers, with an order every third day each."""
    first = date(2024, 1, 1)
    return [
        HEADER,
        *(
            f"c{customer},i{customer}-{order},{first + timedelta(3 * order + customer % 5):{day}},"
            f"{quantity},{price + customer % 7}"
            for customer in range(customers)
            for order in range(orders)
        ),
    ]


def _texts(shop: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    usual = lines_of(30, 4)
    yield "blank_lines.csv", [""] * 3
    yield "header_only.csv", usual[:1]
    yield "one_line.csv", usual[:2]
    for name, customers in {"one": 1, "two": 2, "three": 3}.items():
        yield f"{name}_customers.csv", lines_of(customers, 6)
    yield "few_customers.csv", usual
    yield "cancelled.csv", lines_of(30, 4, quantity=-1)
    yield (
        "free.csv",
        [f"{line.rpartition(',')[0]},0" if n else line for n, line in enumerate(usual)],
    )
    yield "far_future.csv", [line.replace(",2024-", ",2924-") for line in usual]
    yield (
        "ambiguous.csv",
        lines_of(30, 4, day="%m/%d/%Y")[:1]
        + [f"c{n},i{n},0{n % 9 + 1}/0{n % 8 + 1}/2024,1,9.5" for n in range(60)],
    )
    yield "no_dates.csv", [line.replace("2024-01-", "someday ") for line in usual]
    yield "day_numbers.csv", [f"c{n},i{n},{45000 + n},1,9.5" if n else HEADER for n in range(60)]
    yield "words.csv", [line.replace(",9.5", ",cheap") for line in usual]
    yield "no_customer.csv", [line.partition(",")[2] for line in usual]
    yield "no_money.csv", [line.rpartition(",")[0].rpartition(",")[0] for line in usual]
    yield (
        "nobody.csv",
        [f",{line.partition(',')[2]}" if n else line for n, line in enumerate(usual)],
    )
    yield (
        "two_names.csv",
        [f"{line},{'household_id' if not n else f'h{n % 9}'}" for n, line in enumerate(usual)],
    )
    yield "values_first.csv", usual[1:]
    yield "words_of_prose.csv", ["This is a letter to the shop", "about what was bought", "and why"]
    yield "irregular.csv", [*usual[:40], "one,too,many,fields,in,this,line,indeed", *usual[40:]]
    long = f"c1,{'x' * FIELD_BYTES},2024-01-01,1,9.5"
    yield "long_field.csv", [*usual, long]
    yield (
        "currencies.csv",
        [
            f"{line},{'currency' if not n else ('EUR', 'USD')[n % 2]}"
            for n, line in enumerate(usual)
        ],
    )
    yield "orders.docx", usual
    yield "orders", usual
    yield "letters.parquet", usual
    yield "letters.rda", usual
    yield "letters.xlsx", usual
    yield "letters.csv.gz", usual


def _write_binaries(folder: Path) -> None:
    (folder / "empty.csv").touch()
    (folder / "empty.parquet").touch()
    (folder / "binary.csv").write_bytes(np.random.default_rng(0).bytes(20_000))
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (folder / "latin.csv").write_bytes("\n".join(lines_of(30, 4)).encode("utf-16")[:-1])


def _write_archives(folder: Path, content: bytes) -> None:
    packed = gzip.compress(content, mtime=0)
    (folder / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    (folder / "changed.csv.gz").write_bytes(_damaged(packed))
    (folder / "empty.csv.gz").write_bytes(gzip.compress(b"", mtime=0))


def _write_parquet(folder: Path, shop: pd.DataFrame) -> None:
    whole = folder / "whole.parquet"
    shop.to_parquet(whole, index=False)
    content = whole.read_bytes()
    (folder / "damaged_pages.parquet").write_bytes(_damaged(content, end=len(content) // 2))
    (folder / "no_footer.parquet").write_bytes(content[:-4])
    (folder / "half.parquet").write_bytes(content[: len(content) // 2])
    shop.head(0).to_parquet(folder / "no_lines.parquet", index=False)
    parts = folder / "parts"
    parts.mkdir()
    shop.to_parquet(parts / "a.parquet", index=False)
    (parts / "b.parquet").write_bytes(content[: len(content) // 2])


def _write_places(folder: Path) -> None:
    (folder / "no_files").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "folder.parquet").mkdir()
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "around").mkdir()
    (folder / "around" / "again").symlink_to("..", target_is_directory=True)
    (folder / "dangling.csv").symlink_to("gone.csv")
    os.mkfifo(folder / "pipe.csv")


def _damaged(content: bytes, end: int | None = None) -> bytes:
    """The same with some bytes of its middle changed."""
    changed, draw = bytearray(content), random.Random(0)
    last = end or len(content) - 100
    for _ in range(200):
        changed[draw.randrange(100, last)] = draw.randrange(256)
    return bytes(changed)


def write_lists(folder: Path, store: Path) -> None:
    """Write lists of customers: one that score.py wrote, and others with a fault each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store}/mlflow.db")
        held_out = ["holdout.share=0.2", "holdout.campaign=may", "history=history.parquet"]
        written = ["data.path=orders.csv", "output=segments.csv", *held_out]
        assert run_here(patch, *written, script="score.py") == 0
    listed = pd.read_csv(folder / "segments.csv")
    faulty = {
        "previous_words": listed.assign(revenue=["much", *listed.revenue[1:]]),
        "previous_without_names": listed.drop(columns="segment_name"),
        "previous_empty": listed.head(0),
        "previous_of_others": listed.assign(customer_id=listed.customer_id.map("x{}".format)),
        "previous_later": listed.assign(as_of="2031-01-01T00:00:00"),
        "without_control": listed.drop(columns="control"),
        "all_control": listed.assign(control=True),
        "control_words": listed.assign(control="perhaps"),
    }
    # So many lines that a reader who looks at the first of them takes all for numbers.
    many = pd.concat([listed] * 100).assign(customer_id=range(100 * len(listed)))
    faulty["previous_late_words"] = many.assign(revenue=[*many.revenue[1:], "much"])
    for name, table in faulty.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    whole = folder / "whole_list.parquet"
    listed.to_parquet(whole, index=False, compression="none")
    (folder / "previous_damaged.parquet").write_bytes(_damaged(whole.read_bytes(), end=8_000))
