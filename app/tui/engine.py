"""The one thread that owns the session: encoder, collections and their SQLite connections.

The interface never waits for it. It puts the newest job of each kind into a slot of one place, so
that whatever was typed meanwhile is skipped, and is told by events what came of it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

from app.errors import AppError
from app.tui.jobs import Backend, Job, Load, Open
from app.tui.messages import OPENING, Event, Problem
from indexes.errors import CollectionNotFound, IndexesError
from jtcse_core.errors import CoreError


def as_problem(
    error: Exception, generation: int, log: Callable[[BaseException], object]
) -> Problem:
    """Say an error as the interface tells it; what nobody foresaw is logged too."""
    match error:
        case CollectionNotFound():
            return Problem(generation, "missing", error.message, error.hint)
        case CoreError():
            return Problem(generation, "encoder", error.message, error.hint)
        case AppError() | IndexesError():
            return Problem(generation, "failed", error.message, error.hint)
    what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    where = log(error)
    hint = f"; see {where}" if where else ""
    return Problem(generation, "failed", what, f"this is a defect of jtcse{hint}")


class EngineThread(threading.Thread):
    """Runs jobs, the newest of each kind only.

    Args:
        session_factory: Opens the session, in this thread: connections are bound to theirs.
        names: The collections to open first.
        emit: Called in this thread with each event.
        log: Called in this thread with an error that nobody foresaw; returns where it stands.
    """

    def __init__(
        self,
        session_factory: Callable[[], Backend],
        names: Sequence[str],
        emit: Callable[[Event], None],
        log: Callable[[BaseException], object] = lambda error: None,
    ) -> None:
        # A daemon, because quitting does not wait for an encoder that is still loading.
        super().__init__(name="engine", daemon=True)
        self._session_factory = session_factory
        self._emit = emit
        self._log = log
        self._session: Backend | None = None
        self._stopping = False
        self._wake = threading.Condition()
        self._generations = itertools.count(OPENING + 1)
        self._slots: dict[type[Job], Job] = {}
        self.reopen(names)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    def next_generation(self) -> int:
        """Return a number that no job has had."""
        return next(self._generations)

    def reopen(self, names: Sequence[str]) -> None:
        """Open collections and load their encoder."""
        self.submit(Open(tuple(names)))
        self.submit(Load(tuple(names)))

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
                if not self._stopping:
                    self._emit(event)
        finally:
            if self._session is not None:
                self._session.close()

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
