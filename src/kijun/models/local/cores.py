"""How many cores compute: hyper-threads of one core share its arithmetic, so they are not counted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["physical_cores"]


def physical_cores() -> int:
    """Physical cores that this process may use, at least 1."""
    if sys.platform == "darwin":
        return _darwin_cores() or os.cpu_count() or 1
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = set()
    for cpu in usable:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text())
        except OSError:
            cores.add(str(cpu))
    return max(1, len(cores))


def _darwin_cores() -> int | None:
    # Performance cores only: with the others, all wait for the slowest.
    for key in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
        try:
            said = subprocess.run(["sysctl", "-n", key], capture_output=True, text=True, timeout=10, check=True).stdout
            return max(1, int(said))
        except (OSError, ValueError, subprocess.SubprocessError):
            continue
    return None
