"""Choose the champion from what has been run, register a run by hand, or go back.

python register.py [run_id=… | sweep_run=… | rollback=true] [force=true] [dry=true]
python register.py promotions=true
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    # `mlflow run` starts this where the project is not installed.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    from segmentation.scripts import register

    register()
