"""The curves of a training run, read from its TensorBoard logs without TensorBoard or torch.

An event file is a row of records: length (8 bytes), its checksum (4), an `Event` message of
protocol buffers, its checksum (4). Of a message only the step and plain scalars are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from jtcse_core.errors import DataError

Curves = dict[str, list[tuple[int, float]]]

_MOST_BYTES = 1 << 20
"""A longer record is no scalar of ours, or damaged."""


def read_curves(run: Path) -> Curves:
    """Return (step, value) pairs by name, in the order of the steps.

    Args:
        run: The folder that a run writes to, its `run` folder, or its `logs`.

    Raises:
        DataError: There are no logs.
    """
    curves: dict[str, dict[int, float]] = {}
    for file in find_logs(run):
        for step, name, value in _scalars(file.read_bytes()):
            curves.setdefault(name.removeprefix("train/"), {})[step] = value
    return {name: sorted(points.items()) for name, points in curves.items()}


def find_logs(run: Path) -> list[Path]:
    """Return the event files of a run, in the order of their names; as `read_curves`."""
    places = (run / "run" / "logs", run / "logs", run)
    files = next((found for p in places if (found := sorted(p.glob("events.out.tfevents.*")))), [])
    if not files:
        raise DataError(f"{run} has no logs of a run", "give the folder of jtcse train -o")
    return files


def _scalars(data: bytes) -> Iterator[tuple[int, str, float]]:
    at = 0
    while at + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        start, at = at + 12, at + 16 + length
        # The last record of a run that goes on may be half written.
        if length > _MOST_BYTES or at > len(data):
            return
        try:
            yield from _event(data[start : start + length])
        except (IndexError, struct.error, UnicodeDecodeError):
            continue


def _event(message: bytes) -> Iterator[tuple[int, str, float]]:
    step = 0
    for field, value in _fields(message):
        if field == 2 and isinstance(value, int):
            step = value
        elif field == 5 and isinstance(value, bytes):
            for part, inner in _fields(value):
                if part == 1 and isinstance(inner, bytes):
                    parts = dict(_fields(inner))
                    name, scalar = parts.get(1), parts.get(2)
                    if isinstance(name, bytes) and isinstance(scalar, float):
                        yield step, name.decode(), scalar


def _fields(message: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
        elif kind == 2:
            size, at = _varint(message, at)
            yield key >> 3, message[at : at + size]
            at += size
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            yield key >> 3, float(struct.unpack_from("<d" if kind == 1 else "<f", message, at)[0])
            at += size
        else:
            raise IndexError(f"unknown wire type {kind}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
