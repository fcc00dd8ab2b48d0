"""Write what a saved study found into findings/, from its newest finished sweep in MLflow.

uv run -m experiments.write_finding scaler_trap

The tables are made anew; the sections Question, Verdict and Next are kept as they stand.
"""

import argparse
import os
from pathlib import Path

from experiments.finding import AUTHORED, render_finding, render_index, sections
from experiments.recorded_study import finding_content
from segmentation.errors import UserError, exits_on_user_error
from segmentation.tracking.recorded_runs import newest_sweep
from segmentation.tracking.store import open_store

REPO = Path(__file__).resolve().parents[1]
STUDIES = REPO / "conf" / "sweep"
FINDINGS, INDEX = REPO / "experiments" / "findings", REPO / "experiments" / "README.md"


@exits_on_user_error
def main() -> None:
    """Write the finding of one study, and the index of all."""
    options = _options()
    studies = sorted(path.stem for path in STUDIES.glob("*.yaml"))
    if options.study not in studies:
        raise UserError(f"study '{options.study}' is not in {STUDIES}: {', '.join(studies)}")
    store = open_store(options.uri, options.experiment)
    content = finding_content(store, newest_sweep(store, options.study))
    page = FINDINGS / f"{options.study}.md"
    # A new finding begins with what is known without its author.
    words = dict(zip(AUTHORED, (description(options.study), content.verdict, "–"), strict=True))
    if page.exists():
        words |= {
            key: text for key, text in sections(page.read_text("utf-8")).items() if key in words
        }
    FINDINGS.mkdir(exist_ok=True)
    page.write_text(render_finding(content, words), encoding="utf-8")
    INDEX.write_text(indexed(INDEX.read_text("utf-8")), encoding="utf-8")
    print(page)


def description(study: str) -> str:
    """The question of a saved study: its first comment, below the directive that Hydra wants."""
    lines = (STUDIES / f"{study}.yaml").read_text("utf-8").splitlines()
    if not lines[1].startswith("# "):
        raise UserError(
            f"conf/sweep/{study}.yaml says '{lines[1]}' on its second line; write its question "
            "as a comment there"
        )
    return lines[1].removeprefix("# ")


def indexed(page: str) -> str:
    """The index with its table of findings made anew; what stands before the table is kept."""
    findings = {path.stem: path.read_text("utf-8") for path in FINDINGS.glob("*.md")}
    return f"{page.split('| study |')[0]}{render_index(findings)}\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("study", help="a saved study of conf/sweep, such as scaler_trap")
    store = os.environ.get("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    parser.add_argument("--uri", default=store, help="tracking store (default: %(default)s)")
    parser.add_argument("--experiment", default="customer-segments", help="(default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
