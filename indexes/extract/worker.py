"""The process that reads files which could crash, hang or fill the memory.

`python -m indexes.extract.worker MEMORY_MB SECONDS` reads requests from standard input and
answers on standard output, one JSON object each, until its input ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from indexes.errors import SkipDocument
from indexes.extract.legacy import set_budget
from indexes.extract.registry import extract
from indexes.types import Extracted

LENGTH = struct.Struct("<II")
RECURSION = 3000
MAX_KEPT_MB = 300
"""A worker that has grown beyond this makes way for a fresh one."""


def main(arguments: list[str]) -> None:
    """Serve until the input ends."""
    memory_mb, seconds = int(arguments[0]), int(arguments[1])
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(memory_mb)
    set_budget(seconds)
    _die_with_parent()
    sys.setrecursionlimit(RECURSION)
    while (request := read_frame(sys.stdin.buffer)) is not None:
        _limit_time(seconds)
        header, data = request
        answer, spent = _answer(header, data, memory_mb)
        write_frame(answers, answer, b"")
        if spent or _peak_mb() > MAX_KEPT_MB:
            return


def _answer(header: dict[str, Any], data: bytes, memory_mb: int) -> tuple[dict[str, Any], bool]:
    """Return the answer, and whether this process should not be used again."""
    try:
        return as_plain(extract(data, header["extension"])), False
    except SkipDocument as skip:
        return {"skip": skip.message}, False
    except MemoryError:
        return {"skip": f"needs more than {memory_mb} MB of memory to read"}, True
    except RecursionError:
        return {"skip": "nested too deep to be read"}, False
    except ImportError as error:
        return {"skip": f"read through the package {error.name}, which is not installed"}, False
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes
        return {"skip": f"damaged: it cannot be read ({type(error).__name__})"}, False


def as_plain(extracted: Extracted) -> dict[str, Any]:
    """Return what JSON can carry."""
    return {
        "text": extracted.text,
        "blocks": [tuple(block) for block in extracted.blocks],
        "title": extracted.title,
        "format": extracted.format,
        "tags": extracted.tags,
        "date": extracted.date,
        "language": extracted.language,
    }


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read a header and data; None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    header_size, data_size = LENGTH.unpack(head)
    header = stream.read(header_size)
    return json.loads(header), stream.read(data_size)


def write_frame(stream: BinaryIO, header: dict[str, Any], data: bytes) -> None:
    """Write a header and data."""
    encoded = json.dumps(header).encode()
    stream.write(LENGTH.pack(len(encoded), len(data)) + encoded + data)
    stream.flush()


def _limit(memory_mb: int) -> None:
    # Soft limits, as a converter that is started from here may need more.
    for what, value in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit on addresses
            resource.setrlimit(what, (value, resource.getrlimit(what)[1]))


def _peak_mb() -> float:
    """The most memory that this process held.

    Not from `getrusage` on Linux: a child started through vfork inherits its parent's peak there.
    """
    if sys.platform == "linux":
        with Path("/proc/self/status").open("rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _limit_time(seconds: int) -> None:
    """Bound the processor time of this file, should nobody be left to stop it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 2, hard))


def _die_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
