"""What the engine can be asked to compare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from app.tui.events import Aligned, Compared, Crossed, Event, Read, Saved

if TYPE_CHECKING:
    from app.scoring.matrix import Matrix
    from app.scoring.service import Scoring
    from app.tui.jobs import Backend

CLOSEST = 1000
"""Pairs of a matrix that are listed by their value."""

OTHERS = 5
"""Further encoders that two texts are compared by: as many as there is room for."""


@dataclass(frozen=True)
class Compare:
    """Compare two texts with the encoder of the settings."""

    order: ClassVar[int] = 3
    generation: int
    first: str
    second: str

    def run(self, session: Backend) -> Event:
        """Compare them."""
        comparison = session.scoring.compare(self.first, self.second)
        return Compared(self.generation, (comparison,), bool(_others(session)))


@dataclass(frozen=True)
class CompareMore:
    """Compare two texts with the other encoders at hand, once their own answer is seen."""

    order: ClassVar[int] = 8
    generation: int
    first: str
    second: str

    def run(self, session: Backend) -> Event:
        """Compare them."""
        scoring = session.scoring
        found = [
            scoring.compare(self.first, self.second, name, words=False)
            for name in (None, *_others(session)[:OTHERS])
        ]
        return Compared(self.generation, tuple(found))


def _others(session: Backend) -> list[str]:
    from app.encoders import list_encoders

    return [one.name for one in list_encoders(session) if one.card and not one.current]


@dataclass(frozen=True)
class Cross:
    """Compare all lines of one list with all of another; no columns for the rows themselves."""

    order: ClassVar[int] = 3
    generation: int
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def run(self, session: Backend) -> Event:
        """Compare them."""
        matrix = session.scoring.matrix(self.rows, self.columns or self.rows)
        values = matrix.block(0, len(self.rows))
        return Crossed(
            self.generation,
            self.rows,
            self.columns or self.rows,
            values.astype("f4").tobytes(),
            _background(session.scoring),
            _closest(matrix, square=not self.columns),
            session.scoring.cut([*self.rows, *self.columns]),
        )


def _closest(matrix: Matrix, *, square: bool) -> tuple[tuple[int, int], ...]:
    import numpy as np

    values = matrix.block(0, len(matrix.rows))
    if square:
        # Each pair once, and no text with itself.
        i, j = np.triu_indices(len(matrix.rows), k=1)
    else:
        i, j = map(np.ravel, np.indices(values.shape))
    order = np.argsort(-values[i, j], kind="stable")[:CLOSEST]
    return tuple(zip(i[order].tolist(), j[order].tolist(), strict=True))


def _background(scoring: Scoring) -> tuple[float, ...]:
    background = scoring.background()
    return background.quantiles if background else ()


@dataclass(frozen=True)
class ReadLines:
    """Read a file of one text a line."""

    order: ClassVar[int] = 3
    generation: int
    path: Path

    def run(self, session: Backend) -> Event:
        """Read it."""
        from app.scoring.matrix import read_texts

        return Read(self.generation, self.path, tuple(read_texts(self.path)[0]))


@dataclass(frozen=True)
class SaveMatrix:
    """Write a matrix to a file."""

    order: ClassVar[int] = 3
    generation: int
    path: Path
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def run(self, session: Backend) -> Event:
        """Write it."""
        from app.scoring.saving import save_matrix

        save_matrix(self.path, session.scoring.matrix(self.rows, self.columns))
        return Saved(self.generation, self.path)


@dataclass(frozen=True)
class Align:
    """Match the sentences of two documents."""

    order: ClassVar[int] = 3
    generation: int
    first: Path
    second: Path

    def run(self, session: Backend) -> Event:
        """Match them."""
        scoring = session.scoring
        a, b = scoring.sentences(self.first), scoring.sentences(self.second)
        return Aligned(self.generation, scoring.align(a, b), _background(scoring))
