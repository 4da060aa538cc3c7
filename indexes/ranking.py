"""Candidates to documents: fused, the best passage of each, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes.candidates import DOCUMENT, PASSAGE, Pool, Side, first_depth
from indexes.found import Candidate
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
        pools = [side.candidates(depth) for side in sides]
        ranked = rank(sides, pools, request.mode, limit)
        more = any(found.more for found in pools)
        if len(ranked) >= request.k or not more:
            return ranked, more or len(ranked) == limit
        depth *= 4


def parts(
    cosines: NDArray[np.float64],
    coverages: NDArray[np.float64],
    mode: Mode,
    foreign: NDArray[np.bool_] | None = None,
    among: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each side gives to the scores in a mode, each (n,); the score is their sum."""
    if mode == "hybrid":
        return fuse(cosines, coverages, foreign, among)
    if mode == "dense":
        return cosines, np.zeros_like(cosines)
    return np.zeros_like(coverages), coverages


def rank(sides: Sequence[Side], pools: Sequence[Pool], mode: Mode, k: int) -> list[Ranked]:
    """Score candidates and keep the best passage of each of k documents, best first."""
    keys = np.concatenate([pool.keys for pool in pools])
    side_of = np.repeat(np.arange(len(pools)), [len(pool.keys) for pool in pools])
    cosines = np.concatenate([pool.cosines for pool in pools])
    bm25s = np.concatenate([pool.bm25s for pool in pools])
    told = list(zip(sides, pools, strict=True))
    coverages = np.concatenate([side.coverages(pool.bm25s) for side, pool in told])
    foreign = np.concatenate([side.foreign(pool.keys[:, DOCUMENT]) for side, pool in told])
    among = np.concatenate([side.chosen_among(pool) for side, pool in told])
    dense, words = parts(cosines, coverages, mode, foreign, among)
    scores = dense + words
    by_name = np.argsort(np.argsort([side.view.name for side in sides], kind="stable"))
    order = np.lexsort((keys[:, PASSAGE], by_name[side_of], -scores))
    seen: set[tuple[int, int]] = set()
    ranked: list[Ranked] = []
    columns = (side_of, keys, cosines, bm25s, scores, dense, words)
    for side, key, cosine, bm25, score, by_meaning, by_words in zip(
        *(column[order].tolist() for column in columns), strict=True
    ):
        if (side, key[DOCUMENT]) in seen:
            continue
        if len(ranked) == k:
            break
        seen.add((side, key[DOCUMENT]))
        ranked.append(
            Ranked(
                Candidate(sides[side].view, *key),
                score,
                None if mode == "lexical" else cosine,
                None if mode == "dense" else bm25,
                by_meaning,
                by_words,
            )
        )
    return ranked
