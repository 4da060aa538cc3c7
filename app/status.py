"""What the program has at hand, and what of it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexes.errors import IndexesError

if TYPE_CHECKING:
    from app.session import Session
    from indexes.types import CollectionInfo


class Problem(NamedTuple):
    """A collection that cannot be opened, and why."""

    collection: str
    what: str
    hint: str


class Status(NamedTuple):
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


def describe_all(
    names: Sequence[str], describe: Callable[[str], CollectionInfo]
) -> tuple[list[CollectionInfo], list[Problem]]:
    """Describe collections, and name those that cannot be opened."""
    infos, problems = [], []
    for name in names:
        try:
            infos.append(describe(name))
        except IndexesError as error:
            problems.append(Problem(name, error.message, error.hint))
    return infos, problems


def describe_program(session: Session, encoder: str, encoders: Path) -> Status:
    """Describe the encoder and all collections.

    Args:
        session: Whose collections are described.
        encoder: Location of the encoder of new collections.
        encoders: Where installed encoders stand.
    """
    from indexes import graph
    from jtcse_core.card import read_card
    from jtcse_core.errors import CoreError
    from jtcse_core.locations import resolve_encoder

    name = fingerprint = problem = hint = ""
    try:
        card = read_card(resolve_encoder(encoder, encoders))
        name, fingerprint = card.name, card.fingerprint
    except CoreError as error:
        problem, hint = error.message, error.hint
    infos, problems = session.describe_all()
    return Status(
        home=session.paths.data,
        encoder=name,
        encoder_problem=problem,
        encoder_hint=hint,
        fingerprint=fingerprint,
        graph_library=graph.available(),
        collections=tuple(infos),
        problems=tuple(problems),
    )


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return ""
