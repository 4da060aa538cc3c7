"""How what the engine and long work tell reaches the widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from app.tui.events import OPENING, Compared, Crossed, Found, Opened, Problem, Ready

if TYPE_CHECKING:
    from app.tui.events import Event
    from app.tui.worker import Report
    from indexes.types import CollectionInfo


class EngineReport(Message, bubble=False):
    """Carries an event of the engine into the interface's own thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


@dataclass(frozen=True)
class EngineState:
    """How far the engine is, for the status bar and the notices."""

    phase: Literal["loading", "ready", "failed"] = "loading"
    collections: tuple[CollectionInfo, ...] = ()
    problem: Problem | None = None

    @property
    def generations(self) -> tuple[int, ...]:
        """Of each collection, how often it was changed."""
        return tuple(info.generation for info in self.collections)

    def after(self, event: Event) -> EngineState:
        """Return what is known once the engine told something."""
        match event:
            case Opened():
                return replace(self, collections=event.collections, problem=None)
            case Found(answer=answer) if answer.mode == "lexical":
                return self
            case Ready() | Found() | Compared() | Crossed():
                # An answer shows that the encoder is there, also after a problem that was mended.
                ready = self.phase == "ready"
                return self if ready else replace(self, phase="ready", problem=None)
            case Problem(generation=generation) if generation == OPENING:
                kept = () if event.kind == "missing" else self.collections
                return replace(self, phase="failed", problem=event, collections=kept)
            case _:
                return self


class EngineChanged(Message, bubble=False):
    """Tells a screen that the engine's state is another."""

    def __init__(self, state: EngineState) -> None:
        super().__init__()
        self.state = state


class WorkReport(Message, bubble=False):
    """Carries what long work tells into the interface's own thread."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
