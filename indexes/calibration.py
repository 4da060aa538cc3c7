"""Measure a collection's background: the best scores of questions that it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexes.background import Background, summarise
from indexes.candidates import DOCUMENT, Side
from indexes.found import Found
from indexes.query import parse
from indexes.ranking import parts
from indexes.reference import REFERENCE_QUERIES
from indexes.types import MODES, Encoder, Mode, Request
from indexes.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    with view.reader.consistent():
        for question in questions:
            side = Side(view, Request(question), parse(question), lambda row: encoder, Found())
            pool = side.candidates(DEPTH)
            strange = side.foreign(pool.keys[:, DOCUMENT])
            coverages = side.coverages(pool.bm25s)
            for mode in MODES:
                dense, words = parts(pool.cosines, coverages, mode, strange)
                scores[mode].append(float((dense + words).max(initial=0.0)))
        row = view.reader.encoder()
        return summarise(scores, view.reader.count_vectors(row) if row else 0)
