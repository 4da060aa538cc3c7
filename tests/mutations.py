"""Damages files the way disks, networks and enemies do."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Sequence

_TELLING = (
    b"<", b">", b"&", b'"', b"{", b"}", b"[", b"]", b"(", b"\\", b"\0", b"\xff", b"\xff" * 4,
    b"\x00\x00\x00\x80", b"9999999999", b"-1", b"%s", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"]]>",
    b"--", b"\n\n", b"\r", b"\x1b[31m", b"endobj", b"stream", b"\\bin99999999 ", b"\\u-40000?",
    b"\xed\xa0\x80", b"=?utf-8?q?=FF?=", b"From ", b'{"a":', b"../../", b"NaN", b"1e999",
)  # fmt: skip
MAX_REPEATS = 2000
MAX_INNER_BYTES = 4 << 20


def mutated(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """Return a damaged copy; what is inside a zip archive is damaged half of the time."""
    if data[:4] == b"PK\x03\x04" and rng.random() < 0.5:
        inner = _inside(data, others, rng)
        if inner is not None:
            return inner
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        _mutate(out, others, rng)
    return bytes(out)


def _mutate(out: bytearray, others: Sequence[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(out) + 1)
    size = min(rng.choice((1, 1, 4, 64, 1024)), len(out) - at)
    what = rng.randrange(8)
    if what == 0 and at < len(out):
        out[at] ^= 1 << rng.randrange(8)
    elif what == 1:
        out[at : at + size] = rng.randbytes(size)
    elif what == 2:
        del out[at : at + size]
    elif what == 3:
        del out[at:]
    elif what == 4:
        out[at:at] = rng.choice(_TELLING) * rng.choice((1, 1, 1, MAX_REPEATS))
    elif what == 5:
        out[at:at] = out[at : at + size] * rng.choice((1, 10, 100))
    elif what == 6 and others:
        other = rng.choice(others)
        begin = rng.randrange(len(other) + 1)
        out[at : at + size] = other[begin : begin + 4096]
    else:
        out[at : at + size] = rng.choice(_TELLING)


def _inside(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes | None:
    buffer = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            entries = [e for e in old.infolist() if e.file_size < MAX_INNER_BYTES]
            chosen = rng.choice(entries).filename
            for entry in entries:
                part = old.read(entry)
                new.writestr(
                    entry.filename,
                    mutated(part, others, rng) if entry.filename == chosen else part,
                )
    except (zipfile.BadZipFile, zlib.error, OSError, IndexError, RuntimeError, ValueError):
        return None
    except NotImplementedError:
        return None
    return buffer.getvalue()
