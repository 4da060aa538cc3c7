"""How many processor cores this process may use, and how many of them encoding takes."""

from __future__ import annotations

import os

MOST_THREADS = 8
"""More share the memory's speed rather than add to it."""


def usable_cores() -> int:
    """Return the cores that this process may run on, which containers and taskset limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def default_threads() -> int:
    """Return the threads that encode when nobody says: of more than two cores, one stays free."""
    cores = usable_cores()
    return max(1, min(MOST_THREADS, cores - 1 if cores > 2 else cores))
