"""Instants as they are written, and what an engine reads of them."""

from datetime import datetime

ISO = {
    "2011-01-02": datetime(2011, 1, 2),
    "2011-1-2": datetime(2011, 1, 2),
    "2011/01/02": datetime(2011, 1, 2),
    "2012-02-29 23:59:59": datetime(2012, 2, 29, 23, 59, 59),
    "2011-01-02T03:04": datetime(2011, 1, 2, 3, 4),
    "2011-01-02 03:04:05.25": datetime(2011, 1, 2, 3, 4, 5, 250_000),
    "2011-01-02 03:04:05.123456789Z": datetime(2011, 1, 2, 3, 4, 5, 123_456),
    "2011-01-02T03:04:05Z": datetime(2011, 1, 2, 3, 4, 5),
    "2011-01-02 03:04:05 UTC": datetime(2011, 1, 2, 3, 4, 5),
    "2011-01-02T03:04:05+02:00": datetime(2011, 1, 2, 1, 4, 5),
    "2011-01-02 03:04:05-0530": datetime(2011, 1, 2, 8, 34, 5),
    "2011-01-01 01:00+02": datetime(2010, 12, 31, 23, 0),
    "2011-02-29": None,
    "2011-04-31": None,
    "2011-13-01": None,
    "2011-01-02 23:60": None,
    "2011-01-02 25:00": None,
    "2011": None,
    "2011-01": None,
    "12:00": None,
    "1/2/2011": None,
    "20110102": None,
    "now": None,
    "": None,
}
WRITTEN = [
    ("%d.%m.%Y %H:%M", "31.12.2010 08:26", datetime(2010, 12, 31, 8, 26)),
    ("%m/%d/%Y", "1/2/2011", datetime(2011, 1, 2)),
    ("%d/%m/%Y", "31/31/2011", None),
    ("%d/%m/%Y", "30/2/2011", None),
    ("%d/%m/%Y", "1/2/2011 10:00", None),
    ("%d/%m/%y", "1/2/69", datetime(1969, 2, 1)),
    ("%d/%m/%y", "1/2/68", datetime(2068, 2, 1)),
    ("%Y%m%d", "20110102", datetime(2011, 1, 2)),
    ("%d-%b-%Y %I:%M %p", "13-DEC-2010 8:26 PM", datetime(2010, 12, 13, 20, 26)),
    ("%d-%b-%Y %I:%M %p", "13-dec-2010 12:05 am", datetime(2010, 12, 13, 0, 5)),
    ("%d-%b-%Y %I:%M %p", "13-dec-2010 13:05 pm", None),
    ("%d %B %Y", "3 September 2011", datetime(2011, 9, 3)),
    ("%d %b %Y", "3 September 2011", None),
    ("%d %B %Y", "3 Sep 2011", None),
    ("%b %d, %Y", "Feb 3, 2011", datetime(2011, 2, 3)),
    ("%Y-%m-%d %H:%M:%S.%f", "2011-01-02 03:04:05.25", datetime(2011, 1, 2, 3, 4, 5, 250_000)),
    ("%Y-%m-%dT%H:%M:%SZ", "2011-01-02T03:04:05Z", datetime(2011, 1, 2, 3, 4, 5)),
    ("%G-W%V-%u", "2010-W53-1", datetime(2011, 1, 3)),
    ("%G-W%V-%u", "2011-W01-7", datetime(2011, 1, 9)),
    ("%G-W%V-%u", "2011-W01-8", None),
]
"""Format, text, instant."""


def values(column):
    """In the order in which the texts were given, which every engine keeps in so short a table."""
    integers = column.type().is_integer()
    # by way of text: Ibis lets integers beside a null through floats on Spark
    found = (column.cast("string") if integers else column).as_table().to_pyarrow()
    return [
        int(value) if integers and value is not None else value
        for value in found.to_pydict().popitem()[1]
    ]
