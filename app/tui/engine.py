"""The one thread that owns the session: encoder, collections and their SQLite connections.

Nobody waits for it. The newest job of each kind stands in a slot of one place, so that whatever was
typed meanwhile is skipped, and events tell what came of it. It runs in a process of its own (see
`app.tui.remote`): in that of the interface, it would hold up the painting.
"""

from __future__ import annotations

import itertools
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.errors import AppError
from app.tui.events import OPENING, Event, Problem, Ready, Warmed
from app.tui.hints import in_here
from app.tui.jobs import Backend, Job, Load, Open, Warm
from indexes.errors import CollectionNotFound, EncoderMismatch, IndexesError
from jtcse_core.errors import CoreError


def as_problem(
    error: Exception, generation: int, log: Callable[[BaseException], object]
) -> Problem:
    """Say an error as the interface tells it; what nobody foresaw is logged too."""
    match error:
        case CollectionNotFound():
            return Problem(generation, "missing", error.message, in_here(error.hint))
        case EncoderMismatch():
            return Problem(generation, "mismatch", error.message, in_here(error.hint))
        case CoreError():
            return Problem(generation, "encoder", error.message, in_here(error.hint))
        case AppError() | IndexesError():
            return Problem(generation, "failed", error.message, in_here(error.hint))
    what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    where = log(error)
    hint = f"; see {where}" if where else ""
    return Problem(generation, "failed", what, f"this is a defect of jtcse{hint}")


class Engine(ABC):
    """Whatever does jobs, the newest of each kind only, and tells by events what came of them."""

    def __init__(self) -> None:
        self._generations = itertools.count(OPENING + 1)

    def next_generation(self) -> int:
        """Return a number that no job has had."""
        return next(self._generations)

    def reopen(self, names: Sequence[str]) -> None:
        """Open collections and load their encoder."""
        self.submit(Open(tuple(names)))
        self.submit(Load(tuple(names)))

    @property
    @abstractmethod
    def stopping(self) -> bool:
        """Whether it was told to stop."""

    @abstractmethod
    def start(self) -> None:
        """Begin with what was submitted."""

    @abstractmethod
    def submit(self, job: Job) -> None:
        """Let a job be done next, in place of any that waits and is of its kind."""

    @abstractmethod
    def stop(self) -> None:
        """End after the job at hand; what waits is not done, and nothing more is told."""


class EngineThread(threading.Thread, Engine):
    """Does jobs in a thread of this process.

    Args:
        session_factory: Opens the session, in this thread: connections are bound to theirs.
        emit: Called in this thread with each event.
        log: Called in this thread with an error that nobody foresaw; returns where it stands.
    """

    def __init__(
        self,
        session_factory: Callable[[], Backend],
        emit: Callable[[Event], None],
        log: Callable[[BaseException], object] = lambda error: None,
    ) -> None:
        # A daemon, because quitting does not wait for an encoder that is still loading.
        threading.Thread.__init__(self, name="engine", daemon=True)
        Engine.__init__(self)
        self._session_factory = session_factory
        self._emit = emit
        self._log = log
        self._session: Backend | None = None
        self._stopping = False
        self._wake = threading.Condition()
        self._slots: dict[type[Job], Job] = {}

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    def submit(self, job: Job) -> None:
        """Let a job be done next, in place of any that waits and is of its kind."""
        with self._wake:
            self._slots[type(job)] = job
            self._wake.notify()

    def stop(self) -> None:
        """End after the job at hand; what waits is not done, and nothing more is told."""
        with self._wake:
            self._stopping = True
            self._slots.clear()
            self._wake.notify()

    def run(self) -> None:
        """Do jobs until stopped."""
        try:
            while (job := self._take()) is not None:
                event = self._run(job)
                self._read_ahead(job, event)
                if not self._stopping and not isinstance(event, Warmed):
                    self._emit(event)
        finally:
            if self._session is not None:
                self._session.close()

    def _read_ahead(self, job: Job, event: Event) -> None:
        if isinstance(job, Load) and isinstance(event, Ready):
            self.submit(Warm(job.names))
        elif isinstance(job, Warm) and isinstance(event, Warmed) and event.step is not None:
            self.submit(replace(job, step=event.step))

    def _take(self) -> Job | None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._slots)
            if self._stopping:
                return None
            return self._slots.pop(min(self._slots, key=lambda kind: kind.order))

    def _run(self, job: Job) -> Event:
        try:
            if self._session is None:
                self._session = self._session_factory()
            return job.run(self._session)
        except Exception as error:  # noqa: BLE001  the thread must outlive what one job meets
            return as_problem(error, job.generation, self._log)
