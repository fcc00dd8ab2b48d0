"""Spaces of their own for processes: other users, and small disks."""

import shutil
import subprocess

import pytest

# A process in a namespace of its own is nobody, to whom no permission is given besides.
NOBODY = ("unshare", "--user")
SMALL_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c")


def namespaces() -> bool:
    """Whether this system gives them to its users."""
    tried = [*SMALL_DISK, 'mount -t tmpfs none "$0"', "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(tried, check=False).returncode == 0


needs_namespaces = pytest.mark.skipif(
    not namespaces(), reason="this system gives no namespaces to its users"
)
