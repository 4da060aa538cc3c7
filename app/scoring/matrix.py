"""All texts of one list against all of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.errors import UsageError
from app.inputs import open_input
from app.scoring.lines import LineReader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.scoring.vectors import Encoder

BLOCK_ROWS = 256


@dataclass(frozen=True)
class Matrix:
    """Cosines of n rows with m columns, computed as they are asked for.

    Attributes:
        rows: n texts.
        columns: m texts.
        row_vectors: Unit rows (n, dim).
        column_vectors: Unit rows (m, dim).
    """

    rows: Sequence[str]
    columns: Sequence[str]
    row_vectors: NDArray[np.float32]
    column_vectors: NDArray[np.float32]

    def block(self, start: int, stop: int, columns: int | None = None) -> NDArray[np.float32]:
        """Return the cosines of some rows, float32 (stop - start, columns)."""
        block: NDArray[np.float32] = self.row_vectors[start:stop] @ self.column_vectors[:columns].T
        return block

    def scored_rows(self, columns: int | None = None) -> Iterator[NDArray[np.float32]]:
        """Yield the cosines of each row with the first columns, or all of them."""
        for start in range(0, len(self.rows), BLOCK_ROWS):
            yield from self.block(start, start + BLOCK_ROWS, columns)


def make_matrix(encoder: Encoder, rows: Sequence[str], columns: Sequence[str]) -> Matrix:
    """Encode two lists of texts; those that are in both are encoded once."""
    vectors = encoder.encode([*rows, *columns])
    return Matrix(rows, columns, vectors[: len(rows)], vectors[len(rows) :])


def read_texts(path: Path) -> tuple[list[str], list[tuple[int, str]]]:
    """Read a file of one text a line; see `texts_of`."""
    with open_input(path) as stream:
        return texts_of(stream, str(path))


def texts_of(stream: IO[bytes], name: str) -> tuple[list[str], list[tuple[int, str]]]:
    """Read one text a line; blank lines are left out.

    Args:
        stream: The lines.
        name: What errors call them.

    Returns:
        The texts; and line number and reason of each line that cannot be read.

    Raises:
        UsageError: They cannot be read, or hold no text.
    """
    texts: list[str] = []
    skipped: list[tuple[int, str]] = []
    try:
        for line in LineReader(stream):
            if line.problem:
                skipped.append((line.number, line.problem))
            elif line.text.strip():
                texts.append(line.text.strip())
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}", "check the path") from error
    if not texts:
        raise UsageError(f"{name} holds no text", "put one text on each line")
    return texts, skipped
