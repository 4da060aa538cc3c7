"""What lies in a collection's folder and belongs to nothing."""

from __future__ import annotations

from pathlib import Path

from indexes.database import DATABASE_FILE
from indexes.locking import LOCK_FILE
from indexes.reader import Reader
from indexes.snapshots import NOTE_SUFFIX
from indexes.stamp import STAMP_FILE

_OWN = {DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", LOCK_FILE, STAMP_FILE}


def stray_files(folder: Path, reader: Reader) -> list[Path]:
    """Return files that are neither the collection's own nor a current graph's, sorted."""
    rows = [reader.snapshot(encoder.id) for encoder in reader.encoders()]
    graphs = {row.file for row in rows if row is not None}
    current = _OWN | graphs | {name + NOTE_SUFFIX for name in graphs}
    return sorted(path for path in folder.iterdir() if path.name not in current)
