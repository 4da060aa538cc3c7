"""Reads files where one that crashes, hangs or fills the memory costs only itself."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from indexes.errors import SkipDocument, SkipForNow
from indexes.extract.registry import extract, needs_care
from indexes.extract.worker import LENGTH, write_frame
from indexes.types import Block, Extracted

_PACKAGES = Path(__file__).resolve().parents[2]
_CHUNK = 1 << 20
_SELF = "/proc/self/exe"
MAX_ANSWER_BYTES = 512 << 20


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        file_mb: Size of the file.
        seconds: Wall time of a parser.
        memory_mb: Address space of a parser.
    """

    file_mb: int = 64
    seconds: int = 30
    memory_mb: int = 1024


class _Died(Exception):
    """The worker ended instead of answering."""


class Sandbox:
    """Reads files; a worker process is started when the first is met that needs one.

    For one thread at a time. A context manager: the worker ends with it.

    Args:
        limits: What one file may cost.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._worker: subprocess.Popen[bytes] | None = None
        self._abandoned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def worker_id(self) -> int | None:
        """The process id of the worker; None while there is none."""
        return self._worker.pid if self._worker else None

    def extract(self, data: bytes, extension: str) -> Extracted:
        """Read a file's text and structure; see `registry.extract`.

        Raises:
            SkipDocument: It holds no text that can be read within the limits.
        """
        if len(data) > self.limits.file_mb << 20:
            raise SkipDocument(f"larger than {self.limits.file_mb} MB")
        try:
            if not needs_care(data, extension):
                return extract(data, extension)
        except RecursionError as error:
            raise SkipDocument("nested too deep to be read") from error
        answer = self._ask(data, extension)
        if "skip" in answer:
            raise SkipDocument(answer["skip"])
        return Extracted(
            text=answer["text"],
            blocks=[Block(*values) for values in answer["blocks"]],
            title=answer["title"],
            format=answer["format"],
            tags=tuple(answer["tags"]),
            date=answer["date"],
            language=answer["language"],
        )

    def _ask(self, data: bytes, extension: str) -> dict[str, Any]:
        fresh = self._worker is None
        try:
            return self._exchange(data, extension)
        except _Died as error:
            reason = self._bury()
            if fresh:
                raise SkipDocument(f"damaged: its reader {reason}") from error
        # A worker that had read others before may have died of them.
        try:
            return self._exchange(data, extension)
        except _Died as error:
            raise SkipDocument(f"damaged: its reader {self._bury()}") from error

    def _exchange(self, data: bytes, extension: str) -> dict[str, Any]:
        worker = self._running()
        deadline = time.monotonic() + self.limits.seconds
        assert worker.stdin is not None
        try:
            write_frame(worker.stdin, {"extension": extension}, data)  # type: ignore[arg-type]
        except OSError as error:
            raise _Died from error
        try:
            size, _ = LENGTH.unpack(self._receive(worker, LENGTH.size, deadline))
            if size > MAX_ANSWER_BYTES:
                raise SkipDocument("more text in it than is read of one file")
            answer: dict[str, Any] = json.loads(self._receive(worker, size, deadline))
        except TimeoutError as error:
            self.close()
            raise SkipDocument(f"takes more than {self.limits.seconds} seconds to read") from error
        return answer

    def _receive(self, worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert worker.stdout is not None
        pieces: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(worker.stdout, selectors.EVENT_READ)
            while size:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError
                piece = os.read(worker.stdout.fileno(), min(size, _CHUNK))
                if not piece:
                    raise _Died
                pieces.append(piece)
                size -= len(piece)
        return b"".join(pieces)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is not None:
            self._bury()
        if self._worker is None:
            try:
                self._worker = self._start(sys.executable)
            except OSError:
                try:
                    # The interpreter may run from a place that it could not be started from.
                    self._worker = self._start(_SELF)
                except OSError as error:
                    raise SkipForNow(
                        f"its reader cannot be started: {error.strerror or error}"
                    ) from error
        if self._abandoned:  # looked at after the worker stands: whoever abandons it may not see it
            self.close()
            raise SkipForNow("the run was stopped")
        return self._worker

    def _start(self, executable: str) -> subprocess.Popen[bytes]:
        limits = self.limits
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "indexes.extract.worker",
             str(limits.memory_mb), str(limits.seconds)],
            executable=executable,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(_PACKAGES), "PYTHONWARNINGS": "ignore"},
            bufsize=0,
        )  # fmt: skip

    def _bury(self) -> str:
        """Forget a worker that died; says how."""
        worker, self._worker = self._worker, None
        if worker is None:
            return "ended"
        code = _end(worker)
        if code == -signal.SIGXCPU:
            return "took too long"
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"crashed ({signal.Signals(-code).name})"
        return "ended early"

    def abandon(self) -> None:
        """Give up what is being read, and all that comes; to be called by any thread."""
        self._abandoned = True
        worker = self._worker
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> int:
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        return worker.wait(1)
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.wait()
