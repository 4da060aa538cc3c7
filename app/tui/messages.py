"""What the engine thread tells the interface, all of it immutable.

Every event carries the generation of the job that it answers; whoever asked drops an event of any
other generation, so that nothing stale is ever painted. Generation 0 is the opening itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.message import Message

if TYPE_CHECKING:
    from indexes.types import Answer, CollectionInfo, DocumentView, Hit

OPENING = 0
"""The generation of what nobody asked for: opening the collections, loading the encoder."""


@dataclass(frozen=True)
class Opened:
    """The collections stand open; the encoder may still be loading."""

    generation: int
    collections: tuple[CollectionInfo, ...]


@dataclass(frozen=True)
class Ready:
    """The encoder is loaded: a search is as fast as it will be."""

    generation: int


@dataclass(frozen=True)
class Found:
    """A search is answered."""

    generation: int
    answer: Answer


@dataclass(frozen=True)
class Previewed:
    """The document around a hit is read."""

    generation: int
    hit: Hit
    view: DocumentView


@dataclass(frozen=True)
class Scored:
    """Two texts are compared."""

    generation: int
    cosine: float


@dataclass(frozen=True)
class Problem:
    """A job failed.

    Attributes:
        kind: `missing` when the collection does not exist, `encoder` when there is no encoder to
            use, `failed` for all else.
        message: What is wrong, one line.
        hint: What the user can do about it; empty when there is nothing.
    """

    generation: int
    kind: Literal["missing", "encoder", "failed"]
    message: str
    hint: str = ""


Event = Opened | Ready | Found | Previewed | Scored | Problem


class EngineReport(Message, bubble=False):
    """Carries an event from the engine thread into the interface's own."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


@dataclass(frozen=True)
class EngineState:
    """How far the engine is, for the status bar and the notices."""

    phase: Literal["loading", "ready", "failed"] = "loading"
    collections: tuple[CollectionInfo, ...] = ()
    problem: Problem | None = None


class EngineChanged(Message, bubble=False):
    """Tells a screen that the engine's state is another."""

    def __init__(self, state: EngineState) -> None:
        super().__init__()
        self.state = state
