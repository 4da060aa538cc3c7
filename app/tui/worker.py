"""The thread of long work: tasks one after the other, each of which can be paused and stopped.

What is done in a moment, such as removing a collection, is done where the task at hand next tells
its progress, also while that is paused.
It has a session of its own, because connections are bound to their thread, and runs in a process of
its own (see `app.tui.remote`), so that neither typing nor searching waits for it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Union

from app.tui.engine import as_problem
from app.tui.events import OPENING, Problem
from app.tui.tasks import IndexTask, Keeper, Progress, Stopped, Task, is_brief, queued, superseded
from app.tui.watcher import Watcher

if TYPE_CHECKING:
    from app.scoring.report import FileReport

TELL_EVERY = 0.1
"""Seconds between two tellings of progress: more often is no use to anybody."""

STOPPED = "stopped; what was done is kept"

Outcome = Union[Progress, str, "FileReport", Problem]


@dataclass(frozen=True)
class Report:
    """How a task goes: begun, on its way, done (with what came of it) or failed."""

    task: Task
    outcome: Outcome


class Worker(Protocol):
    """Does tasks one after the other, elsewhere."""

    @property
    def paused(self) -> bool:
        """Whether the work waits for the user."""
        ...

    def submit(self, task: Task) -> None:
        """Let a task be done after those that wait."""
        ...

    def pause(self, paused: bool) -> None:
        """Hold the work where it is, or let it go on."""
        ...

    def cancel(self, task: Task) -> None:
        """Stop a task where it next tells its progress; those that wait go on."""
        ...

    def watch(self, name: str, roots: Sequence[Path]) -> None:
        """Update a collection whenever something changed under its roots; no roots end that."""
        ...

    def stop(self) -> None:
        """End as soon as can be."""
        ...


class WorkThread(threading.Thread):
    """Does tasks one after the other.

    Args:
        session_factory: Opens the session, in this thread.
        emit: Called in this thread with each report.
        log: Called in this thread with an error that nobody foresaw.
        apart: The program's own folder, whose changes are no reason to update.
    """

    def __init__(
        self,
        session_factory: Callable[[], Keeper],
        emit: Callable[[Report], None],
        log: Callable[[BaseException], object] = lambda error: None,
        apart: Path = Path("/nowhere"),
    ) -> None:
        super().__init__(name="work", daemon=True)
        self._session_factory = session_factory
        self._emit = emit
        self._log = log
        self._session: Keeper | None = None
        self._tasks: deque[Task] = deque()
        self._wake = threading.Condition()
        self._stopping = self._cancelled = self._paused = False
        self._current: Task | None = None
        self._told = 0.0
        self._held: Report | None = None
        self._telling = threading.RLock()
        self._apart = apart
        self._watchers: dict[str, Watcher] = {}

    @property
    def paused(self) -> bool:
        """Whether the work waits for the user."""
        return self._paused

    def submit(self, task: Task) -> None:
        """Let a task be done after those that wait; what it makes vain is stopped."""
        with self._wake:
            self._tasks = deque(queued(self._tasks, task))
            if self._current is not None and superseded(self._current, task):
                self._cancelled = True
            self._wake.notify_all()
        if not self.is_alive() and not self._stopping:
            self.start()

    def pause(self, paused: bool) -> None:
        """Hold the work where it is, or let it go on."""
        with self._wake:
            self._paused = paused
            self._wake.notify_all()

    def cancel(self, task: Task) -> None:
        """Stop a task where it next tells its progress; those that wait go on.

        It is named, because it may have ended just now: the next one is not meant.
        """
        with self._wake:
            dropped = task in self._tasks  # not begun, or asked for again
            self._tasks = deque(one for one in self._tasks if one != task)
            at_hand = self._current == task
            self._cancelled = self._cancelled or at_hand
            self._wake.notify_all()
        if dropped and not at_hand:
            self._report(task, STOPPED)

    def watch(self, name: str, roots: Sequence[Path]) -> None:
        """Update a collection whenever something changed under its roots; no roots end that."""
        former = self._watchers.pop(name, None)
        if former is not None:
            former.stop()
        if not roots:
            return
        task = IndexTask(name)

        def failed(error: Exception) -> None:
            self._report(task, Problem(OPENING, "failed", f"cannot watch: {error}"))

        self._watchers[name] = Watcher(roots, self._apart, lambda: self.submit(task), failed)
        self._watchers[name].start()

    def stop(self) -> None:
        """End as soon as can be."""
        for watcher in self._watchers.values():
            watcher.stop()
        with self._wake:
            self._stopping = self._cancelled = True
            self._wake.notify_all()

    def run(self) -> None:
        """Do tasks until stopped."""
        try:
            while (task := self._take()) is not None:
                self._do(task)
        finally:
            if self._session is not None:
                self._session.close()

    def _do(self, task: Task) -> None:
        outcome: Outcome
        try:
            self._session = self._session or self._session_factory()
            outcome = task.run(self._session, partial(self._tell, task))
        except Stopped:
            outcome = STOPPED
        except Exception as error:  # noqa: BLE001  the thread outlives what a task meets
            outcome = as_problem(error, OPENING, self._log)
        self._retry(task, outcome)
        self._report(task, outcome)

    def _take(self) -> Task | None:
        with self._wake:
            self._cancelled, self._current = False, None
            self._wake.wait_for(lambda: self._stopping or self._tasks)
            self._current = None if self._stopping else self._tasks.popleft()
            return self._current

    def _tell(self, task: Task, progress: Progress) -> None:
        while (brief := self._in_between(task)) is not None:
            self._do(brief)
        with self._telling:
            if progress.committed:
                self._report(task, progress)
                return
            first = self._held is None
            self._held = Report(task, progress)
            if progress.step or time.monotonic() - self._told >= TELL_EVERY:
                self._tell_held()
            elif first:
                # The last of a burst may stand for long: what is read now is encoded at length.
                timer = threading.Timer(TELL_EVERY, self._tell_held)
                timer.daemon = True
                timer.start()

    def _in_between(self, task: Task) -> Task | None:
        """Return what is done before a task goes on, if anything, once it may go on."""
        with self._wake:
            self._wake.wait_for(
                lambda: self._cancelled or not self._paused or self._brief_beside(task)
            )
            if self._cancelled or self._stopping:
                raise Stopped
            brief = self._brief_beside(task)
            if brief is not None:
                self._tasks.remove(brief)
            return brief

    def _brief_beside(self, task: Task) -> Task | None:
        # Of the same collection it must wait: whatever is done there holds the writer's lock.
        return next((one for one in self._tasks if is_brief(one) and one.name != task.name), None)

    def _tell_held(self) -> None:
        with self._telling:
            held, self._held = self._held, None
            if held is not None and not (self._stopping or self._cancelled):
                self._told = time.monotonic()
                self._emit(held)

    def _retry(self, task: Task, outcome: Outcome) -> None:
        watcher = self._watchers.get(task.name)
        failed = isinstance(outcome, Problem) and outcome.kind != "missing"
        if failed and watcher is not None and isinstance(task, IndexTask):
            watcher.again()

    def _report(self, task: Task, outcome: Outcome) -> None:
        with self._telling:
            if isinstance(outcome, Progress):
                self._tell_held()
            self._held = None  # whatever it was, it is over
            if not self._stopping:
                self._emit(Report(task, outcome))
