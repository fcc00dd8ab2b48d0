"""Explore runs and their customers in the browser.

uv run --extra explore streamlit run explore.py -- history=history.parquet
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Streamlit starts this where the project may not be installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    from segmentation.scripts import explore

    explore()
