"""The one thread that owns the session: encoder, collections and their SQLite connections.

The interface never waits for it. It puts the newest job of each kind into a slot of one place, so
that whatever was typed meanwhile is skipped, and is told by events what came of it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, SupportsFloat

from app.errors import AppError
from app.tui.messages import (
    OPENING,
    Event,
    Found,
    Opened,
    Previewed,
    Problem,
    Ready,
    Scored,
)
from indexes.errors import CollectionNotFound, IndexesError
from jtcse_core.errors import CoreError

if TYPE_CHECKING:
    from indexes.types import Answer, CollectionInfo, DocumentView, Hit, Request


class Backend(Protocol):
    """What the interface needs of a session; `app.session.Session` has it."""

    def describe(self, name: str) -> CollectionInfo:
        """Describe a collection."""
        ...

    def prepare(self, names: Sequence[str]) -> None:
        """Load what a search of these collections needs."""
        ...

    def search(self, request: Request, names: Sequence[str]) -> Answer:
        """Search collections."""
        ...

    def document(self, hit: Hit) -> DocumentView:
        """Return the document around a hit."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> Iterable[SupportsFloat]:
        """Return the cosine of each pair."""
        ...

    def close(self) -> None:
        """Close what was opened."""
        ...


class Job(Protocol):
    """Something for the engine to do. One that waits is replaced by the next of its kind."""

    order: ClassVar[int]
    """Of several kinds that wait, the lowest goes first."""

    @property
    def generation(self) -> int:
        """Stands in the event that answers."""
        ...

    def run(self, session: Backend) -> Event:
        """Do it, in the engine thread."""
        ...


@dataclass(frozen=True)
class Open:
    """Look whether the collections exist."""

    order: ClassVar[int] = 0
    names: tuple[str, ...]
    generation: int = OPENING

    def run(self, session: Backend) -> Event:
        """Describe each collection."""
        return Opened(self.generation, tuple(session.describe(name) for name in self.names))


@dataclass(frozen=True)
class Search:
    """Answer a query."""

    order: ClassVar[int] = 1
    generation: int
    request: Request
    names: tuple[str, ...]

    def run(self, session: Backend) -> Event:
        """Search."""
        return Found(self.generation, session.search(self.request, self.names))


@dataclass(frozen=True)
class Preview:
    """Read the document around a hit."""

    order: ClassVar[int] = 2
    generation: int
    hit: Hit

    def run(self, session: Backend) -> Event:
        """Read it."""
        return Previewed(self.generation, self.hit, session.document(self.hit))


@dataclass(frozen=True)
class Score:
    """Compare two texts."""

    order: ClassVar[int] = 3
    generation: int
    first: str
    second: str

    def run(self, session: Backend) -> Event:
        """Score the pair."""
        (cosine,) = session.score([(self.first, self.second)])
        return Scored(self.generation, float(cosine))


@dataclass(frozen=True)
class Load:
    """Load the encoder ahead of the first search; a search that waits already goes before."""

    order: ClassVar[int] = 9
    names: tuple[str, ...]
    generation: int = OPENING

    def run(self, session: Backend) -> Event:
        """Prepare a search."""
        session.prepare(self.names)
        return Ready(self.generation)


class EngineThread(threading.Thread):
    """Runs jobs, the newest of each kind only.

    Args:
        session_factory: Opens the session, in this thread: connections are bound to theirs.
        names: The collections to open first.
        emit: Called in this thread with each event.
    """

    def __init__(
        self,
        session_factory: Callable[[], Backend],
        names: Sequence[str],
        emit: Callable[[Event], None],
    ) -> None:
        # A daemon, because quitting does not wait for an encoder that is still loading.
        super().__init__(name="engine", daemon=True)
        self._session_factory = session_factory
        self._emit = emit
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
        except CollectionNotFound as error:
            return Problem(job.generation, "missing", error.message, error.hint)
        except CoreError as error:
            return Problem(job.generation, "encoder", error.message, error.hint)
        except (AppError, IndexesError) as error:
            return Problem(job.generation, "failed", error.message, error.hint)
        except Exception as error:  # noqa: BLE001  the thread must outlive what one job meets
            what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
            return Problem(job.generation, "failed", what, "this is a defect of jtcse")
