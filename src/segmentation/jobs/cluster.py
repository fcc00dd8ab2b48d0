"""A sweep on a running Ray cluster, which its process joins before Hydra's launcher starts Ray."""

import atexit
import logging
import os
import shutil
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from omegaconf import DictConfig

from segmentation.errors import UserError
from segmentation.masking import masked
from segmentation.settings.sweep_folder import private_folder
from segmentation.tracking.refusals import first_line

RAY_LAUNCHER = ".RayLauncher"
JOB_FOLDER = "hydra.sweep.dir=${job_folder:}"
"""Override of the jobs of a cluster: the sweep's folder as their host sees it."""
REACHABLE_WITHIN_SECONDS = 5
CLEARED_WITHIN_SECONDS = 20
THIS_HOST = {"localhost", "127.0.0.1", "::1"}


def join_cluster(config: DictConfig, address: str | None, store_uri: str) -> bool:
    """Join the Ray cluster that a sweep is to run on, if it names one.

    Hydra's launcher would pass options that a running cluster refuses; it leaves Ray alone where it
    has been joined.

    Parameters
    ----------
    config : DictConfig
        With Hydra's own node.
    address : str or None
        As `ray.init` takes it: ``auto``, ``host:port`` or ``ray://host:port``. ``None``: the
        launcher starts a Ray of its own.
    store_uri : str
        The tracking store, which every host must reach.

    Returns
    -------
    bool
        Whether a cluster was joined.

    Raises
    ------
    UserError
        If the launcher is another, the cluster does not answer, or hosts cannot reach the store.
    """
    is_ray = str(config.hydra.launcher.get("_target_")).endswith(RAY_LAUNCHER)
    # Else Ray takes lines that differ by a number, as those of runs do, for one.
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    if address is None:
        if is_ray:
            # By itself Ray would join a cluster that runs on this machine, and be refused.
            config.hydra.launcher.ray.init.setdefault("address", "local")
        return False
    if not is_ray:
        require_no_cluster(address)
    hosts = _joined(address)
    require_reachable(store_uri, hosts - {socket.gethostname()})
    return True


def _joined(address: str) -> set[str]:
    """Join the cluster; names of its hosts."""
    import ray

    try:
        _knock(address)
        ray.init(address=address, logging_level=logging.WARNING)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(
            f"cluster.address={address} cannot be joined ({first_line(error)}); start it with "
            "ray start --head, or set cluster.address=null to run on this machine alone"
        ) from error
    return {node["NodeManagerHostname"] for node in ray.nodes() if node["Alive"]}


def _knock(address: str) -> None:
    """Fail in seconds, where Ray tries for two minutes and then ends the process."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    if parts.hostname is not None and parts.port is not None:
        place = parts.hostname, parts.port
        socket.create_connection(place, REACHABLE_WITHIN_SECONDS).close()


def require_no_cluster(address: str | None) -> None:
    """Refuse the address of a cluster where nothing reads it: of a run alone, or another launcher.

    Raises
    ------
    UserError
    """
    if address is not None:
        raise UserError(
            f"cluster.address={address} is for a sweep on Ray; "
            "add -m hydra/launcher=ray, or leave it out"
        )


def require_reachable(store_uri: str, others: Collection[str]) -> None:
    """Refuse a store of this host only, where runs of other hosts are to be recorded.

    Raises
    ------
    UserError
    """
    parts = urlsplit(store_uri)
    is_file = parts.scheme in {"file", "sqlite"} or store_uri.startswith("/")
    if others and (is_file or parts.hostname in THIS_HOST):
        raise UserError(
            f"runs on {', '.join(sorted(others))} cannot record in "
            f"'{masked(store_uri)}', which is of this host only; start mlflow server "
            "where every host reaches it, and set tracking.uri=http://HOST:PORT"
        )


def clear_when_done(parent_id: str) -> None:
    """Let every node of the joined cluster remove what it kept for the sweep, at the end."""
    atexit.register(_clear, parent_id)


def _clear(parent_id: str) -> None:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    remove = ray.remote(num_cpus=0)(_remove)
    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
    on_each = [NodeAffinitySchedulingStrategy(node, soft=True) for node in nodes]
    removed = [remove.options(scheduling_strategy=node).remote(parent_id) for node in on_each]
    ray.wait(removed, num_returns=len(removed), timeout=CLEARED_WITHIN_SECONDS)


def _remove(parent_id: str) -> None:
    shutil.rmtree(private_folder(parent_id), ignore_errors=True)
