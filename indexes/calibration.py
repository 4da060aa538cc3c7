"""Measure a collection's background: the best scores of questions that it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexes.background import Background, summarise
from indexes.candidates import DOCUMENT, Side
from indexes.foreign import known_languages
from indexes.found import Found
from indexes.query import parse
from indexes.ranking import parts
from indexes.reference import REFERENCE_QUERIES
from indexes.types import MODES, Encoder, Mode, Request
from indexes.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEPTH = 50
"""Passages looked at a question; only the best one counts."""

OUTGROWN = 1.25
"""Growth of the collection after which its background is measured again."""


def needs_measuring(known: Background | None, vectors: int) -> bool:
    """Whether the collection has no background, or has outgrown or shrunk below it."""
    if known is None:
        return vectors > 0
    return not known.vectors / OUTGROWN <= vectors <= known.vectors * OUTGROWN


def measure(
    view: View, encoder: Encoder, questions: Sequence[str] = REFERENCE_QUERIES
) -> Background:
    """Search the collection with unrelated questions and summarise their best scores."""
    scores: dict[Mode, list[float]] = {mode: [] for mode in MODES}
    queries = [parse(question) for question in questions]
    asked = _Together(encoder, [query.text for query in queries])
    with view.reader.consistent():
        for question, query in zip(questions, queries, strict=True):
            side = Side(view, Request(question), query, lambda row: asked, Found())
            pool = side.candidates(DEPTH)
            strange = side.foreign(pool.keys[:, DOCUMENT])
            coverages = side.coverages(pool.bm25s)
            for mode in MODES:
                dense, words = parts(pool.cosines, coverages, mode, strange)
                scores[mode].append(float((dense + words).max(initial=0.0)))
        row = view.reader.encoder()
        return summarise(scores, view.reader.count_vectors(row) if row else 0)


class _Together:
    """An encoder that has encoded all questions at once, which takes a fraction of the time.

    Args:
        encoder: The encoder.
        questions: What it will be asked.
    """

    def __init__(self, encoder: Encoder, questions: Sequence[str]) -> None:
        self._encoder = encoder
        self._vectors = dict(zip(questions, encoder.encode(questions), strict=True))
        self.name, self.dim = encoder.name, encoder.dim
        self.fingerprint = encoder.fingerprint
        self.languages = known_languages(encoder)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens."""
        return self._encoder.count_tokens(texts)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of questions (n, dim)."""
        return np.stack([self._vectors[text] for text in texts])
