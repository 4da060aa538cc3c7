"""Files and folders that take another's place whole: killed at any instant, one of the two stands.

A file is replaced by one rename. A folder needs two, as a system renames none onto another that
holds something: the old one is moved into the scratch folder, then the new one takes its place.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW = "new"
_OLD = "old"
_RANDOM = r"[a-z0-9_]{8}"
"""What `tempfile` ends a name with."""


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there in full, on the disk too, or as it was before."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


@contextmanager
def replacement(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes `folder`'s place when the block ends without an error.

    Its parent is a scratch folder, which goes with whatever else was written there.

    Raises:
        OSError: Something could not be written; `folder` is as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    old = scratch / _OLD
    try:
        work = scratch / _NEW
        work.mkdir()
        yield work
        if folder.exists():
            folder.rename(old)
        work.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(scratch, ignore_errors=True)


def put_back(folder: Path) -> None:
    """Put back what was killed out of its place, before another had taken it.

    Raises:
        OSError: It cannot be moved.
    """
    if folder.exists() or not folder.parent.is_dir():
        return
    ours = re.compile(rf"\.{re.escape(folder.name)}-{_RANDOM}")
    for scratch in folder.parent.iterdir():
        if ours.fullmatch(scratch.name) and (scratch / _OLD).is_dir():
            (scratch / _OLD).rename(folder)
            return
