"""Candidates to documents: fused, the best passage of each, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes.candidates import Candidate, Side, first_depth
from indexes.fusion import fuse
from indexes.types import Mode, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Ranked(NamedTuple):
    """A document's best passage with its score, before it is read."""

    candidate: Candidate
    score: float
    cosine: float | None
    bm25: float | None
    dense_part: float
    lexical_part: float


class Scores(NamedTuple):
    """What is known of n candidates.

    Attributes:
        coverages: BM25 over the query's ideal (n,).
        foreign: Which are in a language that the encoder does not know (n,).
    """

    cosines: NDArray[np.float64]
    bm25s: NDArray[np.float64]
    coverages: NDArray[np.float64]
    foreign: NDArray[np.bool_]


def rank_enough(
    sides: Sequence[Side], request: Request, pool: int | None = None
) -> tuple[list[Ranked], bool]:
    """Rank documents, going deeper until there are k of them or no more to find.

    Args:
        sides: Where candidates come from.
        request: What is asked.
        pool: How many to return at most, where that is more than k.

    Returns:
        Documents, best first, and whether there may be more.
    """
    limit = max(request.k, pool or 0)
    depth = first_depth(request.k)
    while True:
        candidates: list[Candidate] = []
        cosines: list[float] = []
        bm25s: list[float] = []
        coverages: list[float] = []
        foreign: list[bool] = []
        more = False
        for side in sides:
            found, cosine, bm25, deeper = side.candidates(depth)
            candidates += found
            cosines += cosine
            bm25s += bm25
            coverages += side.coverages(bm25)
            foreign += side.foreign(found)
            more = more or deeper
        scores = Scores(
            np.array(cosines), np.array(bm25s), np.array(coverages), np.array(foreign, dtype=bool)
        )
        ranked = rank(candidates, scores, request.mode, limit)
        if len(ranked) >= request.k or not more:
            return ranked, more or len(ranked) == limit
        depth *= 4


def parts(
    cosines: NDArray[np.float64],
    coverages: NDArray[np.float64],
    mode: Mode,
    foreign: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each side gives to the scores in a mode, each (n,); the score is their sum."""
    if mode == "hybrid":
        return fuse(cosines, coverages, foreign)
    if mode == "dense":
        return cosines, np.zeros_like(cosines)
    return np.zeros_like(coverages), coverages


def rank(
    candidates: Sequence[Candidate],
    found: Scores,
    mode: Mode,
    k: int,
) -> list[Ranked]:
    """Score candidates and keep the best passage of each of k documents, best first."""
    dense, words = parts(found.cosines, found.coverages, mode, found.foreign)
    scores = dense + words
    order = sorted(
        range(len(candidates)),
        key=lambda i: (-scores[i], candidates[i].view.name, candidates[i].passage_id),
    )
    seen: set[tuple[str, int]] = set()
    ranked = []
    for i in order:
        key = (candidates[i].view.name, candidates[i].document_id)
        if key in seen:
            continue
        seen.add(key)
        ranked.append(
            Ranked(
                candidates[i],
                float(scores[i]),
                None if mode == "lexical" else float(found.cosines[i]),
                None if mode == "dense" else float(found.bm25s[i]),
                float(dense[i]),
                float(words[i]),
            )
        )
        if len(ranked) == k:
            break
    return ranked
