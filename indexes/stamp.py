"""The number of the last commit, kept outside the database.

SQLite drops a damaged frame of its log and every later one without a word: commits are gone
and what is left is sound. The stamp is written after each commit, so a database that is older
than its stamp has lost commits.
"""

from __future__ import annotations

import os
from pathlib import Path
from zlib import crc32

STAMP_FILE = "generation"


def write_stamp(folder: Path, generation: int) -> None:
    """Record a commit that is safe in the database."""
    data = f"{generation:020} {crc32(b'%d' % generation):08x}\n".encode()
    descriptor = os.open(folder / STAMP_FILE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(descriptor, data, 0)
    finally:
        os.close(descriptor)


def read_stamp(folder: Path) -> int | None:
    """Return the recorded generation; None when there is none, or none that can be believed."""
    try:
        number, _, check = (folder / STAMP_FILE).read_bytes().strip().partition(b" ")
        generation = int(number)
    except (OSError, ValueError):
        return None
    return generation if check == b"%08x" % crc32(b"%d" % generation) else None
