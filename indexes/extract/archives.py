"""A zip archive that may be hostile: entries, sizes and ratios are bounded, nothing is nested."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from indexes.errors import SkipDocument

MAX_ENTRIES = 20_000
MAX_PART_BYTES = 128 << 20
MAX_TOTAL_BYTES = 256 << 20
MAX_RATIO = 250
"""Office XML packs 10 to 50 times; deflate ends near 1,000."""

RATIO_FROM_BYTES = 4 << 20
_CHUNK = 1 << 20
_ENCRYPTED = 0x1


class Archive:
    """The parts of a zip archive, read one at a time.

    Args:
        data: Its bytes.

    Raises:
        SkipDocument: It is damaged, encrypted, or too large for what it is.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise SkipDocument("damaged: not a whole zip archive") from error
        if len(entries) > MAX_ENTRIES:
            raise SkipDocument(f"an archive of more than {MAX_ENTRIES:,} entries")
        self._entries = {entry.filename: entry for entry in entries}
        self._left = MAX_TOTAL_BYTES

    @property
    def names(self) -> list[str]:
        """The names of its parts."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Read a part.

        Raises:
            SkipDocument: It is missing, damaged, encrypted, or a bomb.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise SkipDocument(f"damaged: {name} is missing in it")
        if entry.flag_bits & _ENCRYPTED:
            raise SkipDocument("encrypted")
        limit = min(MAX_PART_BYTES, self._left)
        try:
            with self._zip.open(entry) as stream:
                data = self._read(stream, limit, max(entry.compress_size, 1))
        except SkipDocument:
            raise
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
            NotImplementedError,
        ) as error:  # fmt: skip
            raise SkipDocument(f"damaged: {name} in it cannot be unpacked") from error
        self._left -= len(data)
        return data

    def _read(self, stream: object, limit: int, packed: int) -> bytes:
        # What an entry says of its size may be a lie, so it is counted as it comes.
        pieces: list[bytes] = []
        size = 0
        while chunk := stream.read(_CHUNK):  # type: ignore[attr-defined]  # ZipExtFile
            size += len(chunk)
            if size > limit:
                raise SkipDocument("unpacks to more than is read of one file")
            if size > RATIO_FROM_BYTES and size / packed > MAX_RATIO:
                raise SkipDocument("unpacks to hundreds of times its size")
            pieces.append(chunk)
        return b"".join(pieces)

    def try_read(self, name: str) -> bytes | None:
        """Read a part that may be missing."""
        return self.read(name) if name in self._entries else None


def resolve(base: str, target: str) -> str:
    """Return the part that a relative target in another part names."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
