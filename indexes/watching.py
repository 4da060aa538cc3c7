"""Tells when something changed under the roots, once a burst of changes is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.walking import GENERATED_FOLDERS

if TYPE_CHECKING:
    from threading import Event

DEBOUNCE_MS = 1500
"""A burst, such as a branch switch, is over when nothing came for `STEP_MS`, or after this."""

STEP_MS = 300


def changes(roots: Sequence[Path], apart: Path, stop: Event | None = None) -> Iterator[int]:
    """Yield the number of changed paths of each burst of changes under the roots.

    Args:
        roots: Folders and files; those that are missing are not watched.
        apart: A folder whose changes do not count: the program's own.
        stop: Ends the watch when it is set.
    """
    from watchfiles import watch

    def counts(change: object, path: str) -> bool:
        parts = Path(path).parts
        return not (
            Path(path).is_relative_to(apart)
            or any(part in GENERATED_FOLDERS for part in parts)
            or any(_hidden(path, root) for root in roots)
        )

    present = [root for root in roots if root.exists()]
    for burst in watch(
        *present, watch_filter=counts, debounce=DEBOUNCE_MS, step=STEP_MS, stop_event=stop,
        raise_interrupt=True,
    ):  # fmt: skip
        yield len(burst)


def _hidden(path: str, root: Path) -> bool:
    """Whether the path is hidden below the root; ignore files count as changes."""
    below = Path(path)
    if not below.is_relative_to(root) or below.name in (".gitignore", ".jtcseignore"):
        return False
    return any(part.startswith(".") for part in below.relative_to(root).parts)
