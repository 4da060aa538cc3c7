"""What long work there is: indexing, checking, forgetting, removing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.tui.hints import in_here
from app.tui.notices import plural

if TYPE_CHECKING:
    from app.scoring.files import Scored
    from app.scoring.report import FileReport
    from app.scoring.service import Scoring
    from indexes.events import Building, Checking, IndexEvent, Progressed
    from indexes.types import Finding, IndexReport, Root, Skip


class Mover(Protocol):
    """What moves a collection to another encoder; `app.upkeep.Upkeep` does."""

    def reencode(self, name: str, encoder: str, on_event: Callable[[IndexEvent], None]) -> int:
        """Move it; returns how many texts were encoded now."""
        ...


class Keeper(Protocol):
    """What long work needs of a session; `app.session.Session` has it."""

    def index(
        self, roots: Sequence[Root], name: str, *, on_event: Callable[[IndexEvent], None]
    ) -> IndexReport:
        """Create or update a collection."""
        ...

    def verify(
        self, name: str, *, repair: bool, on_event: Callable[[Checking], None]
    ) -> list[Finding]:
        """Check a collection."""
        ...

    def remove(self, name: str) -> None:
        """Remove a collection."""
        ...

    def forget(self, name: str, path: Path) -> bool:
        """Forget a folder of a collection; False when it has none of that path."""
        ...

    def skips(self, name: str) -> list[Skip]:
        """Return the files that are not searchable."""
        ...

    @property
    def upkeep(self) -> Mover:
        """Moves to other encoders."""
        ...

    @property
    def scoring(self) -> Scoring:
        """Pairs, matrices, alignments."""
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
        step: Whether another step begins, which is always told.
    """

    text: str
    share: float | None = None
    committed: bool = False
    step: bool = False


class Task(Protocol):
    """Something long to do."""

    @property
    def name(self) -> str:
        """The collection; empty for what concerns none."""
        ...

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        ...

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str | FileReport:
        """Do it, and say in a line what came of it, or else report."""
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
                    text = f"{event.files:,} of {plural(files, 'file')}; {_encoded(event)}"
                    tell(Progress(text, share))
                case Committed():
                    tell(Progress(plural(event.documents, "document"), None, committed=True))
                case Building():
                    tell(_building(event))

        report = session.index(self.roots, self.name, on_event=on_event)
        return _summary(report)


def _building(event: Building) -> Progress:
    share = event.done / event.vectors
    return Progress(f"building the graph of {plural(event.vectors, 'vector')}", share)


def _encoded(event: Progressed) -> str:
    from indexes.events import LONG_DOCUMENT

    if event.of < LONG_DOCUMENT:
        return f"{plural(event.passages, 'passage')} encoded"
    name = event.path.rpartition("/")[2]
    return f"{event.done:,} of {event.of:,} passages of {name}"


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
        if self.repair:
            tell(Progress("mending what can be mended"))

        def on_event(event: Checking) -> None:
            tell(Progress(f"reading {event.what}", (event.number - 1) / event.of, step=True))

        findings = session.verify(self.name, repair=self.repair, on_event=on_event)
        lines = [f"{one.what}; {in_here(one.repair)}".rstrip("; ") for one in findings]
        damaged = any(one.severity == "damage" for one in findings)
        return "\n".join(["DAMAGED" if damaged else "sound", *lines])


@dataclass(frozen=True)
class ReencodeTask:
    """Move a collection to another encoder; what was encoded when it is stopped is kept."""

    name: str
    encoder: str

    @property
    def title(self) -> str:
        """What is done."""
        return f"encoding {self.name} anew"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Encode."""
        from indexes.events import Building, Reencoded

        tell(Progress("loading the encoder, and encoding the first texts"))

        def on_event(event: IndexEvent) -> None:
            match event:
                case Reencoded():
                    share = event.texts / event.total if event.total else 1.0
                    tell(Progress(f"{event.texts:,} of {plural(event.total, 'text')}", share))
                case Building():
                    tell(_building(event))

        texts = session.upkeep.reencode(self.name, self.encoder, on_event)
        return f"{plural(texts, 'text')} encoded with {self.encoder}"


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


@dataclass(frozen=True)
class ForgetTask:
    """Forget a folder of a collection; the documents themselves are not touched."""

    name: str
    path: Path

    @property
    def title(self) -> str:
        """What is done."""
        return f"forgetting {self.path.name or self.path} of {self.name}"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> str:
        """Forget it."""
        if not session.forget(self.name, self.path):
            return "it was forgotten before"
        return "done; the documents themselves were not touched"


def superseded(task: Task, by: Task) -> bool:
    """Whether a task makes no sense any more once another was asked for."""
    match by:
        case RemoveTask():
            return task.name == by.name and task != by
        case ForgetTask():
            named = [root.path for root in task.roots] if isinstance(task, IndexTask) else []
            return task.name == by.name and named == [by.path]
    return False


def is_brief(task: Task) -> bool:
    """Whether it is done in a moment, so that it waits for no other collection's work."""
    return isinstance(task, RemoveTask | ForgetTask)


def queued(waiting: Iterable[Task], task: Task) -> list[Task]:
    """Return what waits once a task was asked for: brief ones first, and none that are in vain."""
    left = [one for one in waiting if not superseded(one, task)]
    if task in left:
        return left
    at = sum(map(is_brief, left)) if is_brief(task) else len(left)
    return [*left[:at], task, *left[at:]]


@dataclass(frozen=True)
class ScoreFileTask:
    """Score a file of pairs."""

    path: Path
    columns: tuple[int, ...] | None = None
    name: str = ""

    @property
    def title(self) -> str:
        """What is done."""
        return f"scoring {self.path.name}"

    def run(self, session: Keeper, tell: Callable[[Progress], None]) -> FileReport:
        """Score it."""
        size = self.path.stat().st_size if self.path.is_file() else 0
        tell(Progress("loading the encoder"))

        def on_progress(scored: Scored) -> None:
            share = min(1.0, scored.bytes / size) if size else None
            tell(Progress(plural(scored.pairs, "pair"), share))

        return session.scoring.report(self.path, self.columns, on_progress=on_progress)
