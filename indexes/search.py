"""The search: candidates of both sides, fused, rolled up to documents, read and checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

from indexes import lexical
from indexes.background import GOOD_MATCH
from indexes.candidates import EncoderFor, Side
from indexes.database import storage_errors
from indexes.duplicates import Group, grouped
from indexes.foreign import any_foreign, is_foreign, languages_of
from indexes.found import Found
from indexes.hits import read_hits
from indexes.likeness import with_words
from indexes.query import Query, parse
from indexes.ranking import rank_enough
from indexes.types import Answer, Hit, Request
from indexes.view import View

LEAST_POOL = 30
"""Documents looked at, at least, when those that say the same are collapsed."""

POOL_PER_HIT = 1.5


def search(views: Sequence[View], request: Request, encoder_for: EncoderFor) -> Answer:
    """Search collections for the passages that answer, the best of each document.

    Args:
        views: The collections; scores of several are ranked together.
        request: What is asked.
        encoder_for: Gives the encoder that made a collection's vectors.

    Raises:
        EncoderMismatch: The encoder given is another than the collection's.
        Damaged: A row that the answer needs is not what was written.
    """
    began = time.perf_counter()
    query = parse(request.text)
    with ExitStack() as states:
        for view in views:
            states.enter_context(view.reader.consistent())
        queries, sides, found = {}, [], Found()
        for view in views:
            with storage_errors(view.reader.folder):
                queries[view] = query
                if request.like:
                    queries[view] = with_words(view.postings(), query, request)
                sides.append(Side(view, request, queries[view], encoder_for, found))
        groups = _groups(sides, request, found)
        hits = read_hits(groups, queries, request, found)
        good = _is_good(groups, hits, query)
        total = sum(side.size for side in sides)
        unknown = _unknown_languages(sides, groups)
    return Answer(
        query=request.text,
        mode=request.mode,
        collections=tuple(view.name for view in views),
        hits=tuple(hits),
        total=total,
        good_match=good,
        took_ms=(time.perf_counter() - began) * 1000,
        like=request.like,
        unknown_languages=unknown,
    )


def _groups(sides: Sequence[Side], request: Request, found: Found) -> list[Group]:
    """Return k documents, or k groups of those that say the same, or all that there are."""
    if not request.collapse:
        return [Group(item) for item in rank_enough(sides, request)[0]]
    deeper = request
    while True:
        pool = max(LEAST_POOL, round(POOL_PER_HIT * deeper.k))
        ranked, more = rank_enough(sides, deeper, pool)
        groups = grouped(ranked, request.k, found)
        if len(groups) == request.k or not more:
            return groups
        deeper = deeper._replace(k=4 * deeper.k)


def _is_good(groups: Sequence[Group], hits: Sequence[Hit], query: Query) -> bool | None:
    """Whether the best hit answers: by its score, or because it has all that was typed."""
    if not hits:
        return False
    best = groups[0].best.candidate
    if hits[0].match is not None and hits[0].match < GOOD_MATCH:
        return lexical.has_every_word(best.view.postings(), query, best.passage_id)
    return None if hits[0].match is None else True


def _unknown_languages(sides: Sequence[Side], groups: Sequence[Group]) -> tuple[str, ...]:
    """Return the languages of the hits that the encoder of their collection does not know."""
    found: set[str] = set()
    for side in sides:
        if not any_foreign(side.view.languages(), side.known_languages):
            continue
        own = [g.best.candidate for g in groups if g.best.candidate.view is side.view]
        with storage_errors(side.view.reader.folder):
            told = languages_of(side.view.reader, (candidate.document_id for candidate in own))
        found |= {one for one in told.values() if is_foreign(one, side.known_languages)}
    return tuple(sorted(found))
