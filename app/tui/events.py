"""What the engine tells the interface, all of it immutable and fit to be sent by a process.

Every event carries the generation of the job that it answers; whoever asked drops an event of any
other generation, so that nothing stale is ever painted. Generation 0 is the opening itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app.encoders import Installed
    from app.explanation import Explanation
    from app.scoring.alignment import Alignment
    from app.scoring.comparing import Comparison
    from app.status import Problem as Unopened
    from app.tui.page import Page
    from indexes.types import Answer, CollectionInfo, Hit, Skip

OPENING = 0
"""The generation of what nobody asked for: opening the collections, loading the encoder."""

BEFORE = -1
"""The generation of what is done before there is an interface, which is not told of it."""


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
    """A search is answered.

    Attributes:
        first: The document around the first hit, so that both are painted at once; None when
            there is none, or when it could not be read.
    """

    generation: int
    answer: Answer
    first: Page | None = None


@dataclass(frozen=True)
class Refined:
    """The best sentences of the hits of an answer are found."""

    generation: int
    answer: Answer


@dataclass(frozen=True)
class Previewed:
    """The document around a hit is read."""

    generation: int
    hit: Hit
    page: Page


@dataclass(frozen=True)
class Compared:
    """Two texts are compared, by one encoder or by several; the first is the settings' own.

    Attributes:
        others: Whether further encoders are there to be asked.
    """

    generation: int
    comparisons: tuple[Comparison, ...]
    others: bool = False


@dataclass(frozen=True)
class Crossed:
    """All lines of one list are compared with all of another.

    Attributes:
        scores: Raw cosines, row by row, as the bytes of an `array("f")`.
        background: Quantiles of the cosines of unrelated pairs; empty when they are not known.
        closest: Places of the closest pairs, closest first; of two equal lists, each pair once.
        cut: How many texts were not read to their end, in words; empty when all were.
    """

    generation: int
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    scores: bytes
    background: tuple[float, ...]
    closest: tuple[tuple[int, int], ...]
    cut: str = ""


@dataclass(frozen=True)
class Read:
    """A file of one text a line is read."""

    generation: int
    path: Path
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Saved:
    """Something is written to a file."""

    generation: int
    path: Path


@dataclass(frozen=True)
class Aligned:
    """The sentences of two documents are matched."""

    generation: int
    alignment: Alignment
    background: tuple[float, ...]


@dataclass(frozen=True)
class Explained:
    """A hit's score is taken apart."""

    generation: int
    explanation: Explanation


@dataclass(frozen=True)
class Coloured:
    """What is to be coloured in a previewed document: spans with the part that each plays."""

    generation: int
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Surveyed:
    """All collections are described; some cannot be opened."""

    generation: int
    collections: tuple[CollectionInfo, ...]
    problems: tuple[Unopened, ...]


@dataclass(frozen=True)
class Skipped:
    """The files of a collection that are not searchable are listed."""

    generation: int
    name: str
    skips: tuple[Skip, ...]


@dataclass(frozen=True)
class EncodersListed:
    """The encoders at hand are listed."""

    generation: int
    encoders: tuple[Installed, ...]


@dataclass(frozen=True)
class EncodersOffered:
    """The encoders that a collection can be moved to.

    Attributes:
        collection: Its name; empty when none of those asked about needs another encoder.
        passages: What is to be encoded for that.
        encoders: Those that can be used, but for the one that it is made with.
    """

    generation: int
    collection: str
    passages: int
    encoders: tuple[Installed, ...]


@dataclass(frozen=True)
class Followed:
    """The curves of a training run are read: (step, value) by name."""

    generation: int
    curves: Mapping[str, list[tuple[int, float]]]


@dataclass(frozen=True)
class Released:
    """A collection is closed."""

    generation: int
    name: str


@dataclass(frozen=True)
class Problem:
    """A job failed.

    Attributes:
        kind: `missing` when the collection does not exist, `encoder` when there is no encoder to
            use, `mismatch` when it is not the one that the collection was made with, `failed` for
            all else.
        message: What is wrong, one line.
        hint: What the user can do about it; empty when there is nothing.
    """

    generation: int
    kind: Literal["missing", "encoder", "mismatch", "failed"]
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Warmed:
    """A word's postings were read ahead. Stays within the engine.

    Attributes:
        step: What is next; None when there is nothing more to read.
    """

    generation: int
    step: int | None


Event = (
    Opened
    | Ready
    | Found
    | Refined
    | Previewed
    | Compared
    | Crossed
    | Read
    | Saved
    | Aligned
    | Explained
    | Coloured
    | Surveyed
    | Skipped
    | EncodersListed
    | EncodersOffered
    | Followed
    | Released
    | Warmed
    | Problem
)
