"""The house as its tests read it: rooms in their order, and what each may know."""

from tests.helpers.commands import REPO

SOURCE = REPO / "src" / "segmentation"
# A module imports only from rooms before its own.
ORDER = (
    "masking",
    "errors",
    "processes",
    "temporary",
    "ranges",
    "source_code",
    "options",
    "engine",
    "data",
    "customers",
    "model",
    "evaluation",
    "recipe",
    "segments",
    "selection",
    "plots",
    "report",
    "segmented",
    "compared",
    "api",
    "console",
    "settings",
    "tracking",
    "jobs",
    "explore",
    "scripts",
    "__main__",
)
# Libraries that only some files know, by their place in the source.
KNOWN_ONLY_TO = {
    "mlflow": ("tracking/", "jobs/", "model/serving.py"),
    "hydra": ("settings/", "jobs/sweep.py", "jobs/open_sweep.py"),
    "omegaconf": ("settings/", "jobs/sweep.py", "jobs/open_sweep.py", "jobs/cluster.py"),
    "ray": ("jobs/cluster.py",),
    "duckdb": ("engine/",),
    "pyspark": ("engine/",),
    "psycopg": ("engine/",),
    "py4j": ("engine/",),
    "streamlit": ("explore/",),
    "plotly": ("explore/",),
    "rich": ("console/", "compared.py"),
}
