"""Made-up collections of any size, through the real store: only the encoding is not done.

Texts of a Zipf-like vocabulary that holds the words of real questions, vectors in clusters as those
of real texts stand in clusters. Everything else, from cutting to the graph, is as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.session import Session
from indexes.collection import Collection
from indexes.sync import Record
from jtcse_core.encoding import IndexingEncoder

QUERIES = (
    "how is the loaf baked", "error when the pump fails", "who keeps the log of a ship",
    "water rises twice a day", "birds that hunt in darkness", "area of a circle",
)  # fmt: skip
WORDS_PER_PASSAGE = 100
VOCABULARY = 30_000
CLUSTERS = 1000
SPREAD = 0.7
"""Length of what sets a vector apart from the centre of its cluster, which has length 1."""


class ClusteredVectors:
    """The real encoder's name and tokens, with vectors that cost nothing."""

    def __init__(self, encoder: IndexingEncoder) -> None:
        self._random = np.random.default_rng(0)
        self.name, self.dim = encoder.name, encoder.dim
        self.fingerprint, self.max_length = encoder.fingerprint, encoder.max_length
        self._centres = _unit(self._random.standard_normal((CLUSTERS, self.dim)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words instead."""
        return [len(text.split()) for text in texts]

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return directions near the centres of clusters, (n, dim)."""
        chosen = self._random.integers(CLUSTERS, size=len(texts))
        apart = _unit(self._random.standard_normal((len(texts), self.dim)))
        return _unit(self._centres[chosen] + SPREAD * apart)


def _unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("f4")
    return unit


def documents(count: int, seed: int = 1) -> Iterator[Record]:
    """Make documents of one passage each."""
    random = np.random.default_rng(seed)
    plain = sorted({word for query in QUERIES for word in query.split()})
    words = [*plain, *(f"word{number}" for number in range(VOCABULARY))]
    for number in range(count):
        chosen = np.minimum(random.zipf(1.3, WORDS_PER_PASSAGE) - 1, len(words) - 1)
        text = " ".join(words[i] for i in chosen)
        yield Record(f"/made-up/{number % 100}/{number}.txt", f"Document {number}", "txt", text)


def build(session: Session, passages: int, name: str = "default") -> None:
    """Make a collection of that many passages."""
    encoder = ClusteredVectors(session.encoder())
    collection = Collection(session.catalog.folder(name), session.settings.index_graph_from)
    collection.add_records(documents(passages), encoder)


def write_files(folder: Path, count: int) -> None:
    """Write files to be indexed."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, record in enumerate(documents(count, seed=2)):
        (folder / f"{number}.txt").write_text(str(record.text), encoding="utf-8")
