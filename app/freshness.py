"""Is what was indexed still what is there? A `stat` each of some files, nothing is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from indexes.textpaths import from_text

if TYPE_CHECKING:
    from indexes.reader import Reader
    from indexes.types import Hit


SAMPLE = 2000
"""Files that are looked at; a collection of no more is looked at whole, a larger in part."""

BUDGET_S = 0.02


def changed_hits(reader_of: Callable[[str], Reader], hits: Sequence[Hit]) -> list[str]:
    """Return the paths of those hits whose files are no longer as they were indexed."""
    by_name: dict[str, list[Hit]] = {}
    for hit in hits:
        by_name.setdefault(hit.collection, []).append(hit)
    return [p for name, found in by_name.items() for p in changed_paths(reader_of(name), found)]


def changed_paths(reader: Reader, hits: Sequence[Hit]) -> Iterator[str]:
    """Yield the paths whose size or time is not the recorded one, or that are gone."""
    documents = reader.documents([hit.document_id for hit in hits])
    for hit in hits:
        document = documents.get(hit.document_id)
        if document is None or document.root_id is None:
            continue  # it did not come from a file
        try:
            status = from_text(hit.path).stat()
        except OSError:
            yield hit.path
            continue
        if (status.st_size, status.st_mtime_ns) != (document.size, document.mtime_ns):
            yield hit.path


def has_changed(reader: Reader) -> bool:
    """Whether files under the roots of a collection changed, came or went since it was indexed.

    Answers within a few milliseconds, so of a large collection only a part is looked at, another
    one each time.
    """
    deadline = time.perf_counter() + BUDGET_S
    roots = [root.path for root in reader.roots()]
    folders = {root: None for root in roots}
    for path, size, mtime_ns in reader.some_files(SAMPLE):
        if time.perf_counter() > deadline:
            break
        file = from_text(path)
        if file not in folders:  # of a root that is a file the folder does not count
            folders[file.parent] = None
        try:
            status = file.stat()
        except FileNotFoundError:
            return True
        except OSError:
            continue  # it is out of reach, which is not to say that it changed
        if (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
            return True
    updated = float(reader.meta("updated") or 0)
    return any(_changed_after(folder, updated, deadline) for folder in folders)


def _changed_after(folder: Path, moment: float, deadline: float) -> bool:
    """Whether names came or went in a folder after a moment."""
    if time.perf_counter() > deadline:
        return False
    try:
        status = folder.stat()
    except OSError:
        return False
    return S_ISDIR(status.st_mode) and status.st_mtime > moment
