"""What is under a root now, and where what is missing may only be out of reach.

A disk that is not mounted and a folder that may not be listed look like folders whose files
were removed. What was indexed under them is kept until they can be looked into again.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexes.textpaths import to_text
from indexes.types import Root, Skip, SourceFile
from indexes.walking import Closed, PassedOver, walk

MAX_PASSED_OVER = 10_000
"""Hidden and ignored things that are named; a folder counts as one."""

MOUNTS_KEY = "mounts"
"""Where the store keeps the mount points under its roots."""

NOT_MOUNTED = "nothing is mounted here; what was indexed of it is kept"


@dataclass
class Survey:
    """What a walk of a root found.

    Attributes:
        sources: The files.
        skips: What is there and cannot be read.
        passed_over: What is left out because it is hidden, ignored or a link.
        unreachable: Folders, the root itself among them, that are missing, empty or closed where
            documents were; nothing below them is known to be gone.
        mounts: Folders under the root where another file system begins.
    """

    sources: list[SourceFile] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    passed_over: list[Skip] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    mounts: set[str] = field(default_factory=set)

    def keeps(self, path: str) -> bool:
        """Whether a document that was not found may still be there."""
        return any(is_below(path, folder) for folder in self.unreachable)


def survey(root: Root, known: Sequence[str], mounts: Collection[str] = ()) -> Survey:
    """Walk a root.

    Args:
        root: Where.
        known: The paths of the documents that the collection holds, in order.
        mounts: Where another file system began when it was last walked.
    """
    found = Survey()
    for item in walk(root, name_all=True):
        if isinstance(item, SourceFile):
            found.sources.append(item)
            continue
        skip = Skip(to_text(Path(item.path)), item.reason)
        if not isinstance(item, PassedOver):
            found.skips.append(skip)
        elif len(found.passed_over) < MAX_PASSED_OVER:
            found.passed_over.append(skip)
        if isinstance(item, Closed) and _any_below(skip.path, known):
            found.unreachable.append(skip.path)
    top = to_text(root.path)
    if not found.sources and _any_below(top, known):
        found.unreachable = [top]
    paths = sorted(to_text(source.path) for source in found.sources)
    for mount in mounts:
        lost = is_below(mount, top) and _any_below(mount, known) and not _any_below(mount, paths)
        if lost and not found.keeps(mount):
            found.unreachable.append(mount)
            found.skips.append(Skip(mount, NOT_MOUNTED))
    found.mounts = mount_points(root.path, found.sources)
    return found


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies under it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _any_below(folder: str, paths: Sequence[str]) -> bool:
    """Whether any of the paths, which are in order, is the folder or lies under it."""
    below = folder.rstrip("/") + "/"
    at = bisect_left(paths, below)
    if at < len(paths) and paths[at].startswith(below):
        return True
    at = bisect_left(paths, folder)
    return at < len(paths) and paths[at] == folder


def mount_points(root: Path, sources: Iterable[SourceFile]) -> set[str]:
    """Return the folders between the root and its files where another file system begins."""
    devices: dict[Path, int | None] = {}

    def device(folder: Path) -> int | None:
        if folder not in devices:
            try:
                devices[folder] = folder.stat().st_dev
            except OSError:
                devices[folder] = None
        return devices[folder]

    found = set()
    pending = {source.path.parent for source in sources}
    looked: set[Path] = set()
    while pending:
        folder = pending.pop()
        if folder in looked or folder == root or not folder.is_relative_to(root):
            continue
        looked.add(folder)
        pending.add(folder.parent)
        if device(folder) != device(folder.parent):
            found.add(to_text(folder))
    return found


def mounts_as_text(mounts: Iterable[str]) -> str:
    """Return mount points as the store keeps them."""
    return json.dumps(sorted(mounts))


def mounts_from_text(text: str | None) -> set[str]:
    """Return the mount points that `mounts_as_text` gave this text for."""
    return set(json.loads(text)) if text else set()
