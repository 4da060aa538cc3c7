"""What an index run tells while it works; the faces render it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scanned:
    """The walk is done."""

    files: int
    bytes: int


@dataclass(frozen=True)
class Progressed:
    """Files were read, and passages encoded; counts since the run began."""

    files: int
    bytes: int
    passages: int
    path: str


@dataclass(frozen=True)
class Committed:
    """A batch is safe on disk."""

    documents: int
    passages: int


@dataclass(frozen=True)
class Building:
    """The graph is being rebuilt."""

    vectors: int


@dataclass(frozen=True)
class Reencoded:
    """Texts have a vector by another encoder, safe on disk; `now` of them since this run began."""

    texts: int
    total: int
    now: int


@dataclass(frozen=True)
class Checking:
    """A step of a check begins.

    Attributes:
        what: What is read now.
        number: Which step it is, from 1.
        of: How many there are.
    """

    what: str
    number: int
    of: int


IndexEvent = Scanned | Progressed | Committed | Building | Reencoded
