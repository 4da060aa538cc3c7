"""What the engine thread can be asked to do, and what it needs of a session for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from app.tui.events import (
    OPENING,
    Coloured,
    EncodersListed,
    EncodersOffered,
    Event,
    Explained,
    Followed,
    Found,
    Opened,
    Previewed,
    Ready,
    Refined,
    Released,
    Skipped,
    Surveyed,
    Warmed,
)
from indexes.errors import EncoderMismatch, IndexesError
from jtcse_core.errors import CoreError

if TYPE_CHECKING:
    from pathlib import Path

    from app.explanation import Explanation
    from app.paths import Paths
    from app.scoring.service import Scoring
    from app.settings import Settings
    from app.status import Problem as Unopened
    from indexes.types import Answer, CollectionInfo, DocumentView, Example, Hit, Request, Skip


FIRST_REACH = 4
"""Passages around the first hit that come with the answer: a screenful. The rest follows when
typing rests; making a long document ready takes longer than the search."""


class Backend(Protocol):
    """What the interface needs of a session; `app.session.Session` has it."""

    def describe(self, name: str) -> CollectionInfo:
        """Describe a collection."""
        ...

    def prepare(self, names: Sequence[str]) -> None:
        """Load what a search of these collections needs."""
        ...

    def warm(self, names: Sequence[str], step: int) -> int | None:
        """Read ahead a little of what searches need; returns the next step."""
        ...

    def search(self, request: Request, names: Sequence[str]) -> Answer:
        """Search collections."""
        ...

    def document(self, hit: Hit, reach: int | None = None) -> DocumentView:
        """Return the document around a hit: as many passages before and after it."""
        ...

    def more_like(self, hit: Hit, request: Request, names: Sequence[str]) -> Answer:
        """Search for what is like a hit."""
        ...

    def with_sentences(self, answer: Answer) -> Answer:
        """Return the answer with the best sentences of its hits."""
        ...

    def explain(self, hit: Hit, query: str, like: Sequence[Example]) -> Explanation:
        """Say what a hit's score is made of."""
        ...

    def describe_all(self) -> tuple[list[CollectionInfo], list[Unopened]]:
        """Describe all collections."""
        ...

    def skips(self, name: str) -> list[Skip]:
        """Return the files that are not searchable."""
        ...

    @property
    def paths(self) -> Paths:
        """Where things are kept."""
        ...

    @property
    def settings(self) -> Settings:
        """What the user set."""
        ...

    def curves(self, run: Path) -> Mapping[str, list[tuple[int, float]]]:
        """Return the curves of a training run."""
        ...

    def release(self, name: str) -> None:
        """Close a collection that another session removes or replaces."""
        ...

    @property
    def scoring(self) -> Scoring:
        """Pairs, matrices, alignments."""
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
    """Answer a query.

    Attributes:
        preview: Whether the document of the first hit is wanted too.
        raw: Whether Markdown is shown there as it stands in the file.
    """

    order: ClassVar[int] = 1
    generation: int
    request: Request
    names: tuple[str, ...]
    preview: bool = True
    raw: bool = False

    def run(self, session: Backend) -> Event:
        """Search."""
        answer = session.search(self.request, self.names)
        return _found(session, self, answer)


@dataclass(frozen=True)
class MoreLike:
    """Look for what is like a hit; the rest as in a `Search`."""

    order: ClassVar[int] = 1
    generation: int
    hit: Hit
    request: Request
    names: tuple[str, ...]
    preview: bool = True
    raw: bool = False

    def run(self, session: Backend) -> Event:
        """Search."""
        answer = session.more_like(self.hit, self.request, self.names)
        return _found(session, self, answer)


def _found(session: Backend, job: Search | MoreLike, answer: Answer) -> Found:
    from app.tui.page import page_of

    first = None
    if job.preview and answer.hits:
        # What cannot be read is told when the interface asks for it by itself.
        with suppress(IndexesError):
            hit = answer.hits[0]
            first = page_of(session.document(hit, FIRST_REACH), hit, raw=job.raw)
    return Found(job.generation, answer, first)


@dataclass(frozen=True)
class Refine:
    """Find the best sentences of hits, once they are seen without."""

    order: ClassVar[int] = 3
    generation: int
    answer: Answer

    def run(self, session: Backend) -> Event:
        """Find them."""
        return Refined(self.generation, session.with_sentences(self.answer))


@dataclass(frozen=True)
class Preview:
    """Read the document around a hit."""

    order: ClassVar[int] = 2
    generation: int
    hit: Hit
    raw: bool = False

    def run(self, session: Backend) -> Event:
        """Read it."""
        from app.tui.page import page_of

        page = page_of(session.document(self.hit), self.hit, raw=self.raw)
        return Previewed(self.generation, self.hit, page)


@dataclass(frozen=True)
class Explain:
    """Say what a hit's score is made of."""

    order: ClassVar[int] = 4
    generation: int
    hit: Hit
    query: str
    like: tuple[Example, ...] = ()

    def run(self, session: Backend) -> Event:
        """Explain it."""
        return Explained(self.generation, session.explain(self.hit, self.query, self.like))


@dataclass(frozen=True)
class Colour:
    """Find what is to be coloured in a previewed document, once it is seen without."""

    order: ClassVar[int] = 5
    generation: int
    type: str
    text: str
    offset: int

    def run(self, session: Backend) -> Event:
        """Read it as a program that colours would."""
        from app.tui.colours import colour_spans

        return Coloured(self.generation, colour_spans(self.text, self.type, self.offset))


@dataclass(frozen=True)
class Survey:
    """Describe all collections."""

    order: ClassVar[int] = 6
    generation: int

    def run(self, session: Backend) -> Event:
        """Describe them."""
        infos, problems = session.describe_all()
        return Surveyed(self.generation, tuple(infos), tuple(problems))


@dataclass(frozen=True)
class Skips:
    """List the files of a collection that are not searchable."""

    order: ClassVar[int] = 7
    generation: int
    name: str

    def run(self, session: Backend) -> Event:
        """List them."""
        return Skipped(self.generation, self.name, tuple(session.skips(self.name)))


@dataclass(frozen=True)
class Encoders:
    """List the encoders at hand."""

    order: ClassVar[int] = 7
    generation: int

    def run(self, session: Backend) -> Event:
        """List them."""
        from app.encoders import list_encoders

        return EncodersListed(self.generation, tuple(list_encoders(session)))


@dataclass(frozen=True)
class OfferEncoders:
    """Look which encoders a collection can be moved to.

    Attributes:
        names: Collections; the first one that cannot be searched by meaning is meant.
        sound: Whether the first one is meant else.
    """

    order: ClassVar[int] = 7
    generation: int
    names: tuple[str, ...]
    sound: bool = False

    def run(self, session: Backend) -> Event:
        """Look."""
        from app.encoders import list_encoders

        unusable = [name for name in self.names if not _usable(session, name)]
        meant = next(iter(unusable or (self.names if self.sound else ())), "")
        if not meant:
            return EncodersOffered(self.generation, "", 0, ())
        info = session.describe(meant)
        encoders = [one for one in list_encoders(session) if one.card and not one.problem]
        others = [one for one in encoders if one.card and one.card.fingerprint != info.fingerprint]
        return EncodersOffered(self.generation, meant, info.passages, tuple(others))


def _usable(session: Backend, name: str) -> bool:
    try:
        session.prepare((name,))
    except (EncoderMismatch, CoreError):
        return False
    except IndexesError:
        return True  # whatever is wrong, another encoder does not help
    return True


@dataclass(frozen=True)
class Follow:
    """Read the curves of a training run."""

    order: ClassVar[int] = 8
    generation: int
    run_folder: Path

    def run(self, session: Backend) -> Event:
        """Read them."""
        return Followed(self.generation, session.curves(self.run_folder))


@dataclass(frozen=True)
class Release:
    """Let go of a collection that is no more."""

    order: ClassVar[int] = -1
    name: str
    generation: int = OPENING

    def run(self, session: Backend) -> Event:
        """Close it."""
        session.release(self.name)
        return Released(self.generation, self.name)


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


@dataclass(frozen=True)
class Warm:
    """Read ahead what searches are likely to need, a word at a time while nothing else is asked."""

    order: ClassVar[int] = 99
    names: tuple[str, ...]
    step: int = 0
    generation: int = OPENING

    def run(self, session: Backend) -> Event:
        """Read one word's postings."""
        # Whatever is wrong with a collection, the search that meets it tells.
        with suppress(IndexesError):
            return Warmed(self.generation, session.warm(self.names, self.step))
        return Warmed(self.generation, None)
