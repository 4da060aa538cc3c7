"""Files of graphs: is this the file that was written?

Hashing a large graph takes longer than loading it. So the hash is remembered beside the file
with what the system says of it (size, times, inode); a write of any kind changes these.
`verify` hashes in any case.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexes.reader import Reader, SnapshotRow

SUFFIX = ".hnsw"
NOTE_SUFFIX = ".hashed"


def current_files(reader: Reader) -> set[str]:
    """Return the names of the files that belong to the graphs of a collection's encoders."""
    rows = [reader.snapshot(encoder.id) for encoder in reader.encoders()]
    graphs = {row.file for row in rows if row is not None}
    return graphs | {name + NOTE_SUFFIX for name in graphs}


def is_as_written(path: Path, row: SnapshotRow, *, trust: bool) -> bool:
    """Whether the file has the size and hash that the database says.

    Args:
        trust: Take the remembered hash of a file that was not touched since.
    """
    try:
        if path.stat().st_size != row.bytes:
            return False
        if trust and _remembered(path) == row.sha256:
            return True
        state = _state(path)
        if sha256(path) != row.sha256:
            return False
    except OSError:
        return False
    remember(path, row.sha256, state)
    return True


def remember(path: Path, digest: str, state: list[int] | None = None) -> None:
    """Keep a file's hash beside it; a folder that cannot be written goes without."""
    note = path.with_name(path.name + NOTE_SUFFIX)
    temporary = note.with_name(f"{note.name}.{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        data = json.dumps({"sha256": digest, "state": state or _state(path)}).encode()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, data)
            temporary.replace(note)
        except OSError:  # a full disk
            temporary.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _remembered(path: Path) -> str | None:
    try:
        note = json.loads(path.with_name(path.name + NOTE_SUFFIX).read_bytes())
        return note["sha256"] if note["state"] == _state(path) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _state(path: Path) -> list[int]:
    # The time of the last change of any kind cannot be set back by a program.
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
