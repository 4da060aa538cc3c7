"""The second thread, for long work: indexing, checking, removing. Searching goes on beside it.

It has a session of its own, because connections are bound to their thread. Tasks are done one after
the other; each can be paused and stopped wherever it tells its progress.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from app.tui.engine import as_problem
from app.tui.messages import OPENING, Problem
from app.tui.notices import plural

if TYPE_CHECKING:
    from indexes.events import IndexEvent
    from indexes.types import Finding, IndexReport, Root, Skip

TELL_EVERY = 0.1
"""Seconds between two tellings of progress: more often is no use to anybody."""

NICE = 10
"""How much the system prefers the rest of the program, where threads can be told apart."""


class Keeper(Protocol):
    """What long work needs of a session; `app.session.Session` has it."""

    def index(
        self, roots: Sequence[Root], name: str, *, on_event: Callable[[IndexEvent], None]
    ) -> IndexReport:
        """Create or update a collection."""
        ...

    def verify(self, name: str, *, repair: bool) -> list[Finding]:
        """Check a collection."""
        ...

    def remove(self, name: str) -> None:
        """Remove a collection."""
        ...

    def skips(self, name: str) -> list[Skip]:
        """Return the files that are not searchable."""
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


class Stopped(Exception):
    """The user stopped the task."""


@dataclass(frozen=True)
class Progress:
    """How far a task is.

    Attributes:
        share: What is done, from 0 to 1; None while that is not known.
        committed: Whether documents became searchable with this.
    """

    text: str
    share: float | None = None
    committed: bool = False


class Task(Protocol):
    """Something long to do."""

    @property
    def name(self) -> str:
        """The collection."""
        ...

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        ...

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Do it, and say in a line what came of it."""
        ...


@dataclass(frozen=True)
class IndexTask:
    """Add folders to a collection, or bring it up to date."""

    name: str
    roots: tuple[Root, ...] = ()

    @property
    def title(self) -> str:
        """What is done."""
        return f"indexing {self.name}"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Index."""
        from indexes.events import Building, Committed, Progressed, Scanned

        files = size = 0
        tell(Progress("loading the encoder"))

        def on_event(event: IndexEvent) -> None:
            nonlocal files, size
            match event:
                case Scanned():
                    files, size = event.files, event.bytes
                    tell(Progress(f"{files:,} files found", 0.0))
                case Progressed():
                    share = event.bytes / size if size else 1.0
                    tell(Progress(f"{event.files:,} of {plural(files, 'file')}", share))
                case Committed():
                    tell(Progress(plural(event.documents, "document"), None, committed=True))
                case Building():
                    tell(Progress(f"building the graph of {event.vectors:,} vectors"))

        report = session.index(self.roots, self.name, on_event=on_event)
        return _summary(report)


def _summary(report: IndexReport) -> str:
    counts = [
        f"{count:,} {what}"
        for what in ("added", "updated", "removed", "unchanged", "skipped")
        if (count := getattr(report, what))
    ]
    told = ", ".join(counts) or "nothing to index"
    if report.unreachable:
        told += f"; not there, empty or closed: {', '.join(report.unreachable)}"
    return f"{told} in {report.seconds:.0f} s"


@dataclass(frozen=True)
class VerifyTask:
    """Check a collection, mending it first when asked to."""

    name: str
    repair: bool

    @property
    def title(self) -> str:
        """What is done."""
        return f"{'repairing' if self.repair else 'checking'} {self.name}"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Check."""
        tell(Progress("reading every row and vector"))
        findings = session.verify(self.name, repair=self.repair)
        lines = [f"{one.what} ({one.repair})" if one.repair else one.what for one in findings]
        damaged = any(one.severity == "damage" for one in findings)
        return "\n".join(["DAMAGED" if damaged else "sound", *lines])


@dataclass(frozen=True)
class RemoveTask:
    """Remove a collection; the documents themselves are not touched."""

    name: str

    @property
    def title(self) -> str:
        """What is done."""
        return f"removing {self.name}"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Remove it."""
        session.remove(self.name)
        return "removed; the documents themselves were not touched"


class WorkReport(Message, bubble=False):
    """Tells how a task goes: begun, on its way, done (with what came of it) or failed."""

    def __init__(self, task: Task, outcome: Progress | str | Problem) -> None:
        super().__init__()
        self.task = task
        self.outcome = outcome


class WorkThread(threading.Thread):
    """Does tasks one after the other.

    Args:
        session_factory: Opens the session, in this thread.
        emit: Called in this thread with each report.
        log: Called in this thread with an error that nobody foresaw.
    """

    def __init__(
        self,
        session_factory: Callable[[], Keeper],
        emit: Callable[[WorkReport], None],
        log: Callable[[BaseException], Path | None],
    ) -> None:
        super().__init__(name="work", daemon=True)
        self._session_factory = session_factory
        self._emit = emit
        self._log = log
        self._tasks: deque[Task] = deque()
        self._wake = threading.Condition()
        self._stopping = self._cancelled = self._paused = False
        self.busy = False
        self._told = 0.0

    @property
    def paused(self) -> bool:
        """Whether the work waits for the user."""
        return self._paused

    def submit(self, task: Task) -> None:
        """Let a task be done after those that wait."""
        with self._wake:
            self._tasks.append(task)
            self.busy = True
            self._wake.notify_all()
        if not self.is_alive() and not self._stopping:
            self.start()

    def pause(self, paused: bool) -> None:
        """Hold the work where it is, or let it go on."""
        with self._wake:
            self._paused = paused
            self._wake.notify_all()

    def cancel(self) -> None:
        """Stop the task at hand where it next tells its progress; those that wait go too."""
        with self._wake:
            self._cancelled, self._paused = self.busy, False
            self._tasks.clear()
            self._wake.notify_all()

    def stop(self) -> None:
        """End as soon as can be."""
        with self._wake:
            self._stopping = True
        self.cancel()

    def run(self) -> None:
        """Do tasks until stopped."""
        if sys.platform == "linux":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        session: Keeper | None = None
        try:
            while (task := self._take()) is not None:
                outcome: str | Problem
                try:
                    session = session or self._session_factory()
                    outcome = task.run(session, partial(self._tell, task))
                except Stopped:
                    outcome = "stopped; what was done is kept"
                except Exception as error:  # noqa: BLE001  the thread outlives what a task meets
                    outcome = as_problem(error, OPENING, self._log)
                self._report(task, outcome)
        finally:
            if session is not None:
                session.close()

    def _take(self) -> Task | None:
        with self._wake:
            self._cancelled = False
            self.busy = bool(self._tasks)
            self._wake.wait_for(lambda: self._stopping or self._tasks)
            return None if self._stopping else self._tasks.popleft()

    def _tell(self, task: Task, progress: Progress) -> None:
        with self._wake:
            self._wake.wait_for(lambda: not self._paused)
            if self._cancelled or self._stopping:
                raise Stopped
        now = time.monotonic()
        if progress.committed or now - self._told >= TELL_EVERY:
            self._told = now
            self._report(task, progress)

    def _report(self, task: Task, outcome: Progress | str | Problem) -> None:
        if not self._stopping:
            self._emit(WorkReport(task, outcome))
