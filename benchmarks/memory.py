"""The memory of a process and all that it started, sampled from /proc (Linux)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

INTERVAL_S = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


class PeakMemory:
    """Samples the memory of a process tree in a thread; a context manager.

    Args:
        pid: The process at the top.

    Attributes:
        peak: The largest sum of resident memory that was seen, in bytes. Pages that processes
            share are counted for each, so that it is never too small but for what comes and
            goes between two samples.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_S):
            self.peak = max(self.peak, sum(_resident(pid) for pid in tree(self._pid)))


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for task in _children(pid):
        found += tree(task)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(child) for child in path.read_text().split()]
        except OSError:
            continue
    return children


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
