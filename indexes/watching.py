"""Tells when something changed under the roots, once a burst of changes is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.walking import GENERATED_FOLDERS, IGNORE_FILES

if TYPE_CHECKING:
    from threading import Event

    from watchfiles import Change
    from watchfiles.main import FileChange

DEBOUNCE_MS = 1500
"""A burst, such as a branch switch, is over when nothing came for `STEP_MS`, or after this."""

STEP_MS = 300
TICK_MS = 5000
"""How often the roots are looked at themselves: a folder that was replaced tells of nothing."""


def changes(roots: Sequence[Path], apart: Path, stop: Event | None = None) -> Iterator[int]:
    """Yield the number of changed paths of each burst of changes under the roots.

    Yields 0 now and then while nothing changes, also when the watch has begun. Roots that vanish
    are watched again when they are back, which counts as a change, and so does the beginning of
    every such watch: what changed before it is told by nobody.

    Args:
        roots: Folders and files.
        apart: A folder whose changes do not count: the program's own.
        stop: Ends the watch when it is set.
    """

    def counts(change: Change, path: str) -> bool:
        parts = Path(path).parts
        return not (
            Path(path).is_relative_to(apart)
            or any(part in GENERATED_FOLDERS for part in parts)
            or any(_hidden(path, root) for root in roots)
        )

    known = [_identity(root) for root in roots]
    again = False
    while stop is None or not stop.is_set():
        present = [root for root in roots if _identity(root)]
        if not present:
            time.sleep(TICK_MS / 1000)
            again = False  # there is no watch yet
        for burst in _bursts(present, counts, stop):
            now = [_identity(root) for root in roots]
            replaced, known = now != known, now
            yield len(burst) + (replaced or again)
            again = replaced
            if replaced:
                break  # what was watched is no longer what stands there


def _bursts(
    roots: Sequence[Path], counts: Callable[[Change, str], bool], stop: Event | None
) -> Iterator[set[FileChange]]:
    """Yield bursts of changes, empty ones while there are none; without roots one of these."""
    from watchfiles import watch

    if not roots:
        return iter([set()])
    return watch(
        *roots, watch_filter=counts, debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=stop,
        raise_interrupt=True, rust_timeout=TICK_MS, yield_on_timeout=True,
    )  # fmt: skip


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what tells a folder or file from another one in its place; None without one."""
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _hidden(path: str, root: Path) -> bool:
    """Whether the path is hidden below the root; ignore files count as changes."""
    below = Path(path)
    if not below.is_relative_to(root) or below.name in IGNORE_FILES:
        return False
    return any(part.startswith(".") for part in below.relative_to(root).parts)
