"""What the program has at hand, and what of it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexes.types import CollectionInfo


@dataclass(frozen=True)
class Problem:
    """A collection that cannot be opened, and why."""

    collection: str
    what: str
    hint: str


@dataclass(frozen=True)
class Status:
    """What the program has at hand.

    Attributes:
        encoder: Name of the default encoder; empty when it is missing.
        encoder_problem: Why it cannot be used; empty when it can.
        graph_library: Whether hnswlib is installed.
        problems: Collections that cannot be opened.
    """

    home: Path
    encoder: str
    encoder_problem: str
    encoder_hint: str
    fingerprint: str
    graph_library: bool
    collections: tuple[CollectionInfo, ...]
    problems: tuple[Problem, ...] = ()
