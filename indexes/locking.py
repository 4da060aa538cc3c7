"""One writer per collection, across processes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexes.errors import Busy

LOCK_FILE = "writer.lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the collection's writer lock; the system frees it however the process ends.

    Raises:
        Busy: Another process holds it; the message names the holder.
    """
    path = folder / LOCK_FILE
    descriptor = _acquire(folder, path)
    try:
        _sign(descriptor)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def writer_of(folder: Path) -> str | None:
    """Return who writes a collection now, other than this process; None when nobody does.

    The lock is not asked for: whoever wanted it in that moment would be refused.
    """
    path = folder / LOCK_FILE
    try:
        process = int(json.loads(path.read_bytes())["pid"])
        os.kill(process, 0)
    except PermissionError:  # it is somebody else's, and there
        return _holder(path)
    except (OSError, OverflowError, ValueError, KeyError, TypeError):
        return None
    return None if process == os.getpid() else _holder(path)


def _acquire(folder: Path, path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise Busy(
                f"collection {folder.name!r} is being written by {_holder(path)}",
                "wait until it is done, or stop it",
            ) from error
        except BaseException:
            os.close(descriptor)
            raise
        # The collection may have been removed or renamed since the file was opened.
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    note = {"pid": os.getpid(), "command": " ".join(sys.argv[:3]), "since": int(time.time())}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(note).encode(), 0)


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_bytes())
        since = time.strftime("%H:%M:%S", time.localtime(note["since"]))
        return f"process {note['pid']} ({note['command']}) since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
