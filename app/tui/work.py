"""Long work as the interface shows it: what is done now, and what came of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from app.tui.events import Problem
from app.tui.folders import typed_path
from app.tui.messages import WorkReport
from app.tui.tasks import (
    ForgetTask,
    IndexTask,
    Progress,
    RemoveTask,
    Task,
    is_brief,
    queued,
    superseded,
)
from app.tui.widgets.statusbar import StatusBar
from app.visible import visible_line

if TYPE_CHECKING:
    from app.scoring.report import FileReport
    from app.tui.app import SearchApp
    from app.tui.crew import Crew
    from app.tui.worker import Report


STOPPING = Progress("stopping")


class WorkChanged(Message, bubble=False):
    """Tells a screen that the work goes on; or that it stored something, or ended, or failed.

    Args:
        stored: Whether there is something new to be looked at.
        failure: What failed, and why.
        thinned: The collection that the user had documents taken out of.
    """

    def __init__(self, stored: bool, failure: str = "", thinned: str = "") -> None:
        super().__init__()
        self.stored = stored
        self.failure = failure
        self.thinned = thinned


class Work:
    """Long work, and what it told.

    Args:
        app: The application.
        crew: Gives what does it.
    """

    def __init__(self, app: SearchApp, crew: Crew) -> None:
        self._app = app
        self.worker = crew.worker(self._emit, app.memory.log)
        self.task: Task | None = None
        self.progress = Progress("")
        self.waiting: list[Task] = []
        """What is done after that."""
        self.outcomes: dict[str, str] = {}
        """By collection, what came of the last task."""
        self.failures: dict[str, str] = {}
        """The same, of those that failed."""
        self.watched: dict[str, tuple[Path, ...]] = {}
        """By collection, the folders that it is kept up to date with."""
        self.scored: dict[Task, FileReport | str] = {}
        """Files of pairs that were scored, or why not, for those who asked."""

    def _emit(self, report: Report) -> None:
        try:
            self._app.post_message(WorkReport(report))
        except RuntimeError:
            if self._app.is_running:
                raise

    def submit(self, task: Task) -> None:
        """Let a task be done after those that wait."""
        self.outcomes.pop(task.name, None)
        self.failures.pop(task.name, None)
        if self.task is None:
            self.task, self.progress = task, Progress("waiting")
        elif task != self.task:
            self.waiting = queued(self.waiting, task)
            if superseded(self.task, task):
                self.progress = STOPPING
        self.worker.submit(task)
        self._tell(stored=False)

    def index_folder(self, name: str, folder: str) -> None:
        """Index a folder into a collection."""
        from indexes.types import Root

        self.submit(IndexTask(name, (Root(typed_path(folder).resolve()),)))

    def reported(self, report: Report) -> None:
        """Take what was told; in the interface's own thread."""
        failure = ""
        fill = self._app.key_names.fill
        self.waiting = [task for task in self.waiting if task != report.task]
        match report.outcome:
            case Progress() as progress:
                self._at_hand(report.task)
                if not progress.committed:
                    self.progress = progress
                else:
                    # More can be found from now on.
                    self._app.reopen()
                self._tell(stored=progress.committed)
                return
            case Problem() as problem:
                hint = f"; {problem.hint}" if problem.hint else ""
                why = fill(f"{problem.message}{hint}")
                self.failures[report.task.name] = why
                failure = f"{report.task.title} failed: {why}"
                self._ended(report.task, failure)
            case str() as told:
                self._ended(report.task, f"{report.task.title}: {fill(told)}")
            case found:
                self.scored[report.task] = found
        if not self._in_between(report.task):
            self._next()
        self._took_effect(report.task, failure)

    def _at_hand(self, task: Task) -> None:
        if self.task not in (None, task) and not self.stopping:
            self.waiting.insert(0, self.task)  # a watch had asked for another one before
        self.task = task

    def _in_between(self, ended: Task) -> bool:
        """Whether a task was done while another one, which goes on, is at hand."""
        at_hand = self.task
        if at_hand is None or at_hand == ended or superseded(at_hand, ended):
            return False
        return is_brief(ended)

    def _next(self) -> None:
        # It is at hand before it tells anything, which it does not while all is paused.
        self.task = self.waiting.pop(0) if self.waiting else None
        self.progress = Progress("waiting")
        if self.task is None and self.worker.paused:
            self.worker.pause(False)  # whatever comes was never paused

    def _took_effect(self, task: Task, failure: str) -> None:
        """Have the rest of the interface take in that a task ended."""
        if isinstance(task, RemoveTask):
            self._app.release(task.name)
        if isinstance(task, ForgetTask) and not failure:
            self._watch_less(task.name, task.path)
        if task.name:
            self._app.reopen()
        thinned = task.name if isinstance(task, RemoveTask | ForgetTask) and not failure else ""
        self._tell(stored=True, failure=failure, thinned=thinned)

    def _ended(self, task: Task, told: str) -> None:
        if task.name:
            self.outcomes[task.name] = told
        else:
            self.scored[task] = told

    def _tell(self, *, stored: bool, failure: str = "", thinned: str = "") -> None:
        for screen in self._app.told:
            screen.post_message(WorkChanged(stored, failure, thinned))

    @property
    def line(self) -> str:
        """What is done now, in a few words; empty when nothing is."""
        if self.task is None:
            return ""
        share = "" if self.progress.share is None else f" {self.progress.share:.0%}"
        paused = " (paused)" if self.worker.paused else ""
        return f"{visible_line(self.task.title)}{share}{paused}"

    @property
    def unfinished(self) -> list[str]:
        """The titles of what is done now, and of what waits."""
        tasks = [self.task, *self.waiting] if self.task else []
        return [visible_line(task.title) for task in tasks]

    def indexes(self, name: str) -> bool:
        """Whether a collection is indexed now, or will be."""
        tasks = (self.task, *self.waiting)
        return any(isinstance(task, IndexTask) and task.name == name for task in tasks)

    @property
    def paused(self) -> bool:
        """Whether the work waits for the user."""
        return self.worker.paused

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop, and has not ended yet."""
        return self.progress is STOPPING

    def pause(self) -> None:
        """Pause, or go on."""
        if self.task is not None:
            self.worker.pause(not self.worker.paused)
            self._tell(stored=False)
        else:
            self._say_idle()

    def _say_idle(self) -> None:
        for bar in self._app.screen.query(StatusBar):
            bar.news = "nothing is being worked on"

    def watch(self, name: str, roots: Sequence[Path]) -> None:
        """Keep a collection up to date with its folders from now on; no roots end that."""
        if roots:
            self.watched[name] = tuple(roots)
        else:
            self.watched.pop(name, None)
        self.worker.watch(name, roots)
        self._tell(stored=False)

    def _watch_less(self, name: str, path: Path) -> None:
        """Watch a folder of a collection no more."""
        watched = self.watched.get(name, ())
        if path in watched:
            self.watch(name, [root for root in watched if root != path])

    def cancel(self) -> None:
        """Stop what is done; what waits goes on, and is stopped like this when it is its turn."""
        if self.task is not None:
            self.worker.cancel(self.task)
            self.progress = STOPPING
            self._tell(stored=False)
        else:
            self._say_idle()

    def stop(self) -> None:
        """End as soon as can be."""
        self.worker.stop()
