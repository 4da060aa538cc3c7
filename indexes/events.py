"""What an index run tells while it works; the faces render it."""

from __future__ import annotations

from dataclasses import dataclass

LONG_DOCUMENT = 200
"""Passages from which a user may want to know how far a document is."""


@dataclass(frozen=True)
class Scanned:
    """The walk is done."""

    files: int
    bytes: int


@dataclass(frozen=True)
class Progressed:
    """Files were read, and passages encoded; or the run still waits for the next file to be read.

    Attributes:
        files: Read since the run began.
        bytes: Likewise; of the document that is being encoded, as much as that is.
        passages: Encoded since the run began.
        path: The file.
        done: Passages of that document that have their vectors.
        of: How many it has; 0 when a file is done.
    """

    files: int
    bytes: int
    passages: int
    path: str
    done: int = 0
    of: int = 0


@dataclass(frozen=True)
class Committed:
    """A batch is safe on disk."""

    documents: int
    passages: int


@dataclass(frozen=True)
class Building:
    """The graph is being built, or brought up to date: `done` of `vectors` are in."""

    vectors: int
    done: int = 0


@dataclass(frozen=True)
class Reencoded:
    """Texts have a vector by another encoder; `now` of them since this run began."""

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
