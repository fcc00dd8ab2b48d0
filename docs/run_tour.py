"""Execute docs/tour.ipynb again and keep what its cells show.

uv run --group docs docs/run_tour.py
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

PAGE = Path(__file__).resolve().parent / "tour.ipynb"
LONGEST_CELL_SECONDS = 600


def executed(page: Path) -> nbformat.NotebookNode:
    """A notebook with new outputs; what its cells write goes to a folder that is removed."""
    notebook = nbformat.read(page, as_version=4)
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=LONGEST_CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=os.environ | {"COLUMNS": "100"})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran
        if cell.cell_type == "code":
            # Progress and warnings differ between runs and machines.
            results = [each for each in cell.outputs if each.output_type == "execute_result"]
            for result in results:
                if len(result.data) > 1:
                    result.data.pop("text/plain")
            cell.outputs = results
    return notebook


if __name__ == "__main__":
    nbformat.write(executed(PAGE), PAGE)
