"""Engine and long work in processes of their own.

In the interface's process they would hold up its painting: Python runs one thread at a time, and
importing, reading and cutting take it for long stretches. Apart, they also can crash, or be in the
midst of anything when the user quits, and the interface does not care.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.courtesy import Courtesy
from app.tui.engine import Engine, as_problem
from app.tui.events import BEFORE, OPENING, Event, Problem
from app.tui.host import Place
from app.tui.jobs import Load
from app.tui.tasks import Progress, queued
from app.tui.worker import Report

if TYPE_CHECKING:
    from app.memory import Memory
    from app.paths import Paths
    from app.settings import Settings
    from app.tui.jobs import Job
    from app.tui.tasks import Task
    from app.tui.worker import Worker

_PACKAGES = Path(__file__).resolve().parents[2]
TAIL_BYTES = 4000
"""Of what a process that died said, kept for the log."""


class HostDied(Exception):
    """The process ended without being told to."""


class Host:
    """A process, started with the first call, and anew after it died.

    Args:
        kind: What it does; see `app.tui.host`.
        place: Where the session stands.
        told: Called with what it tells, in a thread of this object's.
        died: Called when it ended by itself, likewise.
    """

    def __init__(
        self,
        kind: str,
        place: Place,
        told: Callable[[Any], None],
        died: Callable[[HostDied], None],
    ) -> None:
        self._kind = kind
        self._place = place
        self._told = told
        self._died = died
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.stopping = False

    @property
    def process_id(self) -> int | None:
        """The process; None while there is none."""
        return self._process.pid if self._process else None

    def call(self, method: str, *arguments: object) -> None:
        """Have a method called there.

        Raises:
            OSError: The process cannot be started.
        """
        with self._lock:
            if not self.stopping:
                with contextlib.suppress(BrokenPipeError):  # its reader tells that it died
                    _send(self._running(), (method, arguments))

    def stop(self) -> None:
        """Let it end; nothing is waited for."""
        with self._lock:
            self.stopping = True
            if self._process is not None and self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            said = tempfile.TemporaryFile()  # noqa: SIM115  the reader closes it
            path = os.pathsep.join([str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])])
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "app.tui.host", self._kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env={**os.environ, "PYTHONPATH": path},
                # The keys that end or stop the program in the foreground are not meant for it.
                start_new_session=True,
            )
            threading.Thread(
                target=self._read, args=(self._process, said), name=self._kind, daemon=True
            ).start()
            _send(self._process, self._place)
        return self._process

    def _read(self, process: subprocess.Popen[bytes], said: Any) -> None:
        assert process.stdout is not None
        with said, process.stdout:
            while True:
                try:
                    told = pickle.load(process.stdout)
                except (EOFError, pickle.UnpicklingError):
                    break
                if not self.stopping:
                    self._told(told)
            code = process.wait()
            with self._lock:
                self._process = None
                if process.stdin is not None:
                    with contextlib.suppress(OSError):
                        process.stdin.close()
            if not self.stopping:
                self._died(HostDied(_ending(code) + _tail(said)))


def _send(process: subprocess.Popen[bytes], what: object) -> None:
    assert process.stdin is not None
    process.stdin.write(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    process.stdin.flush()


def _ending(code: int) -> str:
    if code >= 0:
        return f"its process ended with {code}"
    with contextlib.suppress(ValueError):
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process was ended by signal {-code}"


def _tail(said: Any) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - TAIL_BYTES))
    text = said.read().decode(errors="replace").strip()
    return f"\n{text}" if text else ""


class RemoteEngine(Engine):
    """The engine, in a process.

    Args:
        place: Where the session stands.
    """

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.emit: Callable[[Event], None] = lambda event: None
        self.log: Callable[[BaseException], object] = lambda error: None
        self._asked: dict[type[Job], Job] = {}
        self.host = Host("engine", place, self._answered, self._died)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self.host.stopping

    def start(self) -> None:
        """Nothing waits to be started."""

    def submit(self, job: Job) -> None:
        """Let a job be done next, in place of any that waits and is of its kind."""
        self._asked[type(job)] = job
        try:
            self.host.call("submit", job)
        except OSError as error:
            self.emit(as_problem(error, job.generation, self.log))

    def stop(self) -> None:
        """End after the job at hand; nothing more is told."""
        self.host.stop()

    def _answered(self, event: Event) -> None:
        for kind, job in list(self._asked.items()):
            if job.generation == event.generation != OPENING:
                self._asked.pop(kind, None)
        if event.generation != BEFORE:
            self.emit(event)

    def _died(self, how: HostDied) -> None:
        # Whoever waits for an answer is told; the next question starts a new process.
        asked, self._asked = self._asked, {}
        where = self.log(how)
        hint = "type on: it is started again" + (f"; see {where}" if where else "")
        what = f"the search failed: {str(how).partition(chr(10))[0]}"
        for generation in {job.generation for job in asked.values()} - {BEFORE, OPENING}:
            self.emit(Problem(generation, "failed", what, hint))


class RemoteWork:
    """Long work, in a process."""

    def __init__(
        self,
        place: Place,
        emit: Callable[[Report], None],
        log: Callable[[BaseException], object],
    ) -> None:
        self._emit = emit
        self._log = log
        self._tasks: deque[Task] = deque()
        self.paused = False
        self.host = Host("work", place, self._reported, self._died)

    def submit(self, task: Task) -> None:
        """Let a task be done after those that wait."""
        at_hand, waiting = list(self._tasks)[:1], list(self._tasks)[1:]
        self._tasks = deque([*at_hand, *queued(waiting, task)])
        try:
            self.host.call("submit", task)
        except OSError as error:
            self._tasks.remove(task)
            self._emit(Report(task, as_problem(error, OPENING, self._log)))

    def pause(self, paused: bool) -> None:
        """Hold the work where it is, or let it go on."""
        self.paused = paused
        self.host.call("pause", paused)

    def cancel(self, task: Task) -> None:
        """Stop a task where it next tells its progress; those that wait go on."""
        self.host.call("cancel", task)

    def watch(self, name: str, roots: Sequence[Path]) -> None:
        """Update a collection whenever something changed under its roots; no roots end that."""
        self.host.call("watch", name, tuple(roots))

    def stop(self) -> None:
        """End as soon as can be."""
        self.host.stop()

    def _reported(self, report: Report) -> None:
        if not isinstance(report.outcome, Progress) and report.task in self._tasks:
            self._tasks.remove(report.task)
        self._emit(report)

    def _died(self, how: HostDied) -> None:
        tasks, self._tasks = self._tasks, deque()
        self.paused = False
        where = self._log(how)
        what, hint = str(how).partition("\n")[0], "try again" + (f"; see {where}" if where else "")
        for task in tasks:
            self._emit(Report(task, Problem(OPENING, "failed", what, hint)))


class Processes:
    """Engine and worker in a process each.

    Args:
        paths: Where things are kept.
        settings: What the user set.
        memory: Keeps the log.
    """

    def __init__(self, paths: Paths, settings: Settings, memory: Memory) -> None:
        self._place = Place(paths, settings, memory)
        self._engine = RemoteEngine(self._place)
        self._courtesy = Courtesy(paths.state)

    def begin(self, names: Sequence[str]) -> None:
        """Let the engine load what searches of collections need.

        Nobody is told what came of it: the interface asks again when it stands.
        """
        self._engine.submit(Load(tuple(names), BEFORE))

    def typed(self) -> None:
        """Take note of a key: long work, here or elsewhere, is to stand still for a moment."""
        self._courtesy.ask()

    def engine(
        self, emit: Callable[[Event], None], log: Callable[[BaseException], object]
    ) -> Engine:
        """Return what answers."""
        self._engine.emit, self._engine.log = emit, log
        return self._engine

    def worker(
        self, emit: Callable[[Report], None], log: Callable[[BaseException], object]
    ) -> Worker:
        """Return what does long work."""
        return RemoteWork(self._place, emit, log)
