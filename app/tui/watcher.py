"""Watches the folders of a collection, and has it updated after every burst of changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path


class Watcher(threading.Thread):
    """A watch over folders.

    Args:
        roots: The folders.
        apart: A folder whose changes do not count: the program's own.
        changed: Called once at first, since what changed before the watch began is told by nobody,
            then after each burst of changes; in this thread.
        failed: Called when it cannot go on, likewise.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        apart: Path,
        changed: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(name="watch", daemon=True)
        self._roots = tuple(roots)
        self._apart = apart
        self._changed = changed
        self._failed = failed
        self._stop = threading.Event()
        self._due = True

    def again(self) -> None:
        """Call once more before long, although nothing changes: it did not succeed."""
        self._due = True

    def stop(self) -> None:
        """End the watch."""
        self._stop.set()

    def run(self) -> None:
        """Watch until stopped."""
        from indexes.watching import changes

        try:
            for count in changes(self._roots, self._apart, self._stop):
                if count or self._due:
                    self._due = False
                    self._changed()
        except Exception as error:  # noqa: BLE001  the system may be out of watches, or a root gone
            self._failed(error)
