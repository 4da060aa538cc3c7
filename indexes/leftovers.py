"""What lies in a collection's folder and belongs to nothing."""

from __future__ import annotations

from pathlib import Path

from indexes.database import DATABASE_FILE
from indexes.locking import LOCK_FILE
from indexes.reader import Reader
from indexes.snapshots import current_files
from indexes.stamp import STAMP_FILE

_OWN = {DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", LOCK_FILE, STAMP_FILE}


def stray_files(folder: Path, reader: Reader) -> list[Path]:
    """Return files that are neither the collection's own nor a current graph's, sorted."""
    current = _OWN | current_files(reader)
    return sorted(path for path in folder.iterdir() if path.name not in current)
