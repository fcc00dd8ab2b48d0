"""Calls that a record could ask for, each of which would leave the folder `HARM` behind."""

import os
import pickle
from pathlib import Path
from typing import Any

HARM = "harm"
PAYLOAD = "payload.pkl"


class Harmful:
    """Makes the folder where it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (HARM,)


def write_payload(folder: Path) -> None:
    (folder / PAYLOAD).write_bytes(pickle.dumps(Harmful()))


def call(target: str, *arguments: Any, **named: Any) -> dict[str, Any]:
    """A node of a configuration that calls something."""
    return {"_target_": target, **({"_args_": [*arguments]} if arguments else {}), **named}


MADE = f"__import__('os').mkdir('{HARM}')"
HARMFUL = {
    "os.system": call("os.system", f"mkdir {HARM}"),
    "os.popen": call("os.popen", f"mkdir {HARM}"),
    "os.mkdir": call("os.mkdir", HARM),
    "posix.system": call("posix.system", f"mkdir {HARM}"),
    "subprocess.run": call("subprocess.run", ["mkdir", HARM]),
    "subprocess.Popen": call("subprocess.Popen", ["mkdir", HARM]),
    "subprocess.check_output": call("subprocess.check_output", ["mkdir", HARM]),
    "builtins.eval": call("builtins.eval", MADE),
    "builtins.exec": call("builtins.exec", MADE),
    "builtins.__import__": call("builtins.__import__", "antigravity"),
    "builtins.open": call("builtins.open", HARM, "w"),
    "builtins.getattr": call("builtins.getattr", call("os.mkdir", HARM), "real"),
    "importlib.import_module": call("importlib.import_module", "antigravity"),
    "runpy.run_path": call("runpy.run_path", PAYLOAD),
    "code.interact": call("code.interact"),
    "ctypes.CDLL": call("ctypes.CDLL", PAYLOAD),
    "pty.spawn": call("pty.spawn", ["mkdir", HARM]),
    "pickle.loads": call("pickle.loads", call("pathlib.Path.read_bytes", PAYLOAD)),
    "pickle.load": call("pickle.load", call("builtins.open", PAYLOAD, "rb")),
    "shelve.open": call("shelve.open", HARM),
    "marshal.loads": call("marshal.loads", call("pathlib.Path.read_bytes", PAYLOAD)),
    "shutil.rmtree": call("shutil.rmtree", "mlruns"),
    "shutil.copytree": call("shutil.copytree", "mlruns", HARM),
    "pathlib.Path.mkdir": call("pathlib.Path.mkdir", call("pathlib.Path", HARM)),
    "pathlib.Path.write_text": call("pathlib.Path.write_text", call("pathlib.Path", HARM), ""),
    "urllib.request.urlretrieve": call("urllib.request.urlretrieve", "file:payload.pkl", HARM),
    "webbrowser.open": call("webbrowser.open", "http://localhost"),
    "tempfile.mkdtemp": call("tempfile.mkdtemp", "", HARM, "."),
    "timeit.timeit": call("timeit.timeit", MADE, number=1),
    "multiprocessing.Process": call("multiprocessing.Process", None),
    "logging.config.fileConfig": call("logging.config.fileConfig", PAYLOAD),
    "joblib.load": call("joblib.load", PAYLOAD),
    "pandas.read_pickle": call("pandas.read_pickle", PAYLOAD),
    "pandas.eval": call("pandas.eval", MADE),
    "numpy.load": call("numpy.load", PAYLOAD, allow_pickle=True),
    "mlflow.pyfunc.load_model": call("mlflow.pyfunc.load_model", "models:/other/1"),
    "duckdb.sql": call("duckdb.sql", f"copy (select 1) to '{HARM}'"),
    "hydra.utils.instantiate": call("hydra.utils.instantiate", call("os.mkdir", HARM)),
    "segmentation.options.build": call("segmentation.options.build", call("os.mkdir", HARM)),
    "segmentation.model.persistence.save_segmenter": call(
        "segmentation.model.persistence.save_segmenter", None, HARM
    ),
    "segmentation.data.sources.transactions": call(
        "segmentation.data.sources.transactions", PAYLOAD
    ),
}
"""Full name of what is called to a node of a configuration that calls it."""
