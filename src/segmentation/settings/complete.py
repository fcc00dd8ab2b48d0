"""What a composed configuration must have, and what it may not hold."""

import re
from dataclasses import fields, is_dataclass

from omegaconf import DictConfig, OmegaConf

from segmentation.errors import UserError

PASSWORD = re.compile(r"://[^/@]*:[^/@]+@|[?&]password=[^&]+", re.IGNORECASE)
"""One in a URL without its references to the environment."""
REFERENCE = re.compile(r"\$\{[^}]*\}")


def require_complete(cfg: DictConfig) -> None:
    """Refuse a configuration that leaves a mandatory value open, or has one that nothing reads.

    Raises
    ------
    UserError
        Names the first such value.
    """
    require_no_password(cfg)
    missing = sorted(OmegaConf.missing_keys(cfg))
    if missing:
        raise UserError(f"'{missing[0]}' has no value and must be given; set {missing[0]}=…")
    for name, node in cfg.items():
        schema = OmegaConf.get_type(node) if isinstance(node, DictConfig) else None
        if not is_dataclass(schema):
            continue
        known = [each.name for each in fields(schema)]
        if unknown := [key for key in node if key not in known]:
            raise UserError(
                f"'{name!s}.{unknown[0]}' is no option, so nothing would read it; "
                f"{name!s} has: {', '.join(known)}"
            )


def require_no_password(cfg: DictConfig) -> None:
    """Refuse a password that is written out: histories of shells and lists of processes show it.

    Parameters
    ----------
    cfg : DictConfig
        Not resolved: a reference to the environment is the way to give one.

    Raises
    ------
    UserError
        Without the password.
    """
    written = OmegaConf.to_container(cfg.engine, resolve=False)
    url = REFERENCE.sub("", str(written.get("url") or ""))  # type: ignore[union-attr]
    if PASSWORD.search(url):
        raise UserError(
            "engine.url= holds a password, which others could read; leave it out and set "
            "PGPASSWORD, or write ${oc.env:NAME}, a variable of the environment, in its place"
        )
