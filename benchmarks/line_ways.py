"""The ways that lines.py compares: programs that print what they found of the same lines."""

HAND = """
import json, sys
import duckdb

path, memory_limit = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
if memory_limit:
    connection.execute(f"SET memory_limit = '{memory_limit}'")
lines = f"'{path}'"
if path.endswith("csv"):
    read = f"read_csv('{path}', types={{'Customer ID': 'VARCHAR'}})"
    connection.execute(f"CREATE TEMP TABLE raw AS FROM {read}")
    lines = "raw"
columns = '"Invoice", "StockCode", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"'
connection.execute(
    f"CREATE TEMP TABLE twice AS SELECT hash({columns}) AS h FROM {lines} "
    "GROUP BY h HAVING count(*) > 1"
)
connection.execute(f'''
    CREATE TEMP TABLE cleaned AS
    WITH marked AS (
        SELECT *, false AS again FROM {lines}
        WHERE hash({columns}) NOT IN (SELECT h FROM twice)
        UNION ALL
        SELECT *, row_number() OVER (PARTITION BY {columns}) > 1 FROM {lines}
        WHERE hash({columns}) IN (SELECT h FROM twice)
    )
    SELECT
        "Customer ID" AS customer, "Invoice" AS invoice, "StockCode" AS product,
        "InvoiceDate" AS instant, "Quantity" AS quantity,
        ("Quantity" * "Price"::DECIMAL(18, 4))::DECIMAL(18, 4) AS amount,
        CASE WHEN "Customer ID" IS NULL THEN 'missing_customer' WHEN again THEN 'duplicates'
            WHEN "Quantity" < 0 OR starts_with("Invoice", 'C') THEN 'cancellations'
            WHEN "Quantity" <= 0 THEN 'non_positive_quantity'
            WHEN "Price" <= 0 THEN 'non_positive_price' END AS removed_by
    FROM marked
''')
report = connection.execute('''
    SELECT removed_by, count(*), sum(amount)::DOUBLE, min(instant), max(instant)
    FROM cleaned GROUP BY removed_by
''').fetchall()
orders = connection.execute(
    "SELECT count(*) FROM (SELECT DISTINCT customer, invoice FROM cleaned WHERE removed_by IS NULL)"
).fetchone()[0]
connection.execute('''
    CREATE TEMP TABLE totals AS
    SELECT customer,
        sum(amount) FILTER (removed_by IS NULL)::DOUBLE AS revenue,
        count(DISTINCT invoice) FILTER (removed_by IS NULL) AS orders,
        count(*) FILTER (removed_by IS NULL) AS lines,
        count(DISTINCT product) FILTER (removed_by IS NULL) AS products,
        sum(quantity) FILTER (removed_by IS NULL) AS units,
        min(instant) FILTER (removed_by IS NULL) AS first,
        max(instant) FILTER (removed_by IS NULL) AS last,
        sum(-amount) FILTER (amount < 0)::DOUBLE AS returned,
        sum(amount) FILTER (amount > 0 AND removed_by IS NULL)::DOUBLE AS gross
    FROM cleaned WHERE removed_by IS NULL OR removed_by = 'cancellations' GROUP BY customer
''')
as_of = max(row[4] for row in report)
customers = connection.execute('''
    SELECT customer, revenue, orders, lines, revenue / orders, revenue / lines,
        floor(epoch($1::TIMESTAMP - last) / 86400), floor(epoch($1::TIMESTAMP - first) / 86400),
        CASE WHEN orders > 1 THEN epoch(last - first) / 86400 / (orders - 1)
            ELSE floor(epoch($1::TIMESTAMP - first) / 86400) END,
        least(coalesce(returned, 0) / gross, 1), products, units / orders
    FROM totals WHERE lines > 0 ORDER BY length(customer), customer
''', [as_of]).df()
found = {str(row[0]): (row[1], round(row[2], 2)) for row in report}
print(json.dumps([found, len(customers), orders, *customers.iloc[:, 1:].sum().round(3)]))
"""
OURS = """
import json, sys
from segmentation.customers.features import features_of
from segmentation.customers.measuring import measured_at, products_at
from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.sources import transactions
from segmentation.engine.database_engine import Database
from segmentation.engine.duckdb_engine import DuckDB
from segmentation.engine.spark_engine import Spark

path, memory_limit, engine = sys.argv[1:]
if engine.startswith("postgresql:"):
    read = transactions(table="lines", engine=Database(engine))
elif engine == "spark":
    read = transactions(path, engine=Spark("local[*]"))
else:
    read = transactions(path, engine=DuckDB(memory_limit=memory_limit or None))
cleaned, report = cleaned_lines(read, CleaningRules())
features = features_of(cleaned.lines)
products = products_at(cleaned.lines, features, [])
customers = measured_at(cleaned.invoices, features, [report.as_of], products)[0]
found = {removal.rule: (removal.lines, round(removal.revenue, 2)) for removal in report.removed}
found["None"] = (report.lines_kept, round(report.revenue_kept, 2))
print(json.dumps([found, len(customers), report.orders, *customers.sum().round(3)]))
"""
