"""From what was ranked to hits: rows read and checked, words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexes import lexical
from indexes.background import Background
from indexes.database import storage_errors
from indexes.duplicates import Group
from indexes.found import Candidate, Found
from indexes.query import Query
from indexes.rows import DocumentRow, PassageRow
from indexes.tokens import Tokens
from indexes.types import Duplicate, Hit, Request
from indexes.view import View

Spans = tuple[tuple[int, int], ...]

PLACES = ("text", "heading", "title", "file name")
"""What is indexed of a passage, as it is told."""


class Words(NamedTuple):
    """What a passage has of the words that were looked for; see `Hit`."""

    highlight: Spans = ()
    terms: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


def read_hits(
    groups: Sequence[Group], queries: Mapping[View, Query], request: Request, found: Found
) -> list[Hit]:
    """Read the hits of groups, best first.

    Args:
        groups: Documents, with those that say the same.
        queries: What was looked for in each collection.
        request: What was asked.
        found: Where rows are read, or were already.

    Raises:
        Damaged: A row is not what was written.
    """
    told = [item.candidate for group in groups for item in (group.best, *group.others)]
    found.read_passages(told)
    found.read_documents(told)
    words = {} if request.mode == "dense" else _words(groups, queries, found)
    # Passages are closer to each other than questions are to passages: no comparison then.
    backgrounds = {view: None if request.like else view.background() for view in queries}
    return [
        _hit(rank, group, found, words, backgrounds[group.best.candidate.view], request)
        for rank, group in enumerate(groups, start=1)
    ]


def _words(
    groups: Sequence[Group], queries: Mapping[View, Query], found: Found
) -> dict[tuple[View, int], Words]:
    words: dict[tuple[View, int], Words] = {}
    for view, query in queries.items():
        own = [g.best.candidate for g in groups if g.best.candidate.view is view]
        texts = [_indexed(found.passage(one), found.document(one)) for one in own]
        numbered = dict(enumerate(text for of_one in texts for text in of_one))
        with storage_errors(view.reader.folder):
            postings = view.postings()
            spans = lexical.highlights(postings, query, numbered)
        for number, (one, of_one) in enumerate(zip(own, texts, strict=True)):
            begin = number * len(PLACES)
            places = [spans.get(begin + place, ()) for place in range(len(PLACES))]
            words[view, one.passage_id] = _told(of_one, places, postings.tokens)
    return words


def _indexed(passage: PassageRow, document: DocumentRow) -> tuple[str, ...]:
    return passage.text, passage.heading, document.title, document.stem


def _told(texts: Sequence[str], spans: Sequence[Spans], tokens: Tokens) -> Words:
    """Name the words that were found, those outside the text only where it has them in no form."""
    places: dict[str, str] = {}
    known: set[tuple[str, ...]] = set()
    for place, text, found in zip(PLACES, texts, spans, strict=True):
        terms = tuple(dict.fromkeys(text[start:end].casefold() for start, end in found))
        cut = tokens.of(terms)
        new = {term: place for term, stems in zip(terms, cut, strict=True) if stems not in known}
        places |= new
        known.update(cut)
    return Words(
        tuple(spans[0]),
        tuple(places),
        tuple((term, place) for term, place in places.items() if place != PLACES[0]),
    )


def _hit(
    rank: int,
    group: Group,
    found: Found,
    words: Mapping[tuple[View, int], Words],
    background: Background | None,
    request: Request,
) -> Hit:
    item = group.best
    passage, document = found.passage(item.candidate), found.document(item.candidate)
    looked_for = words.get((item.candidate.view, passage.id), Words())
    return Hit(
        rank=rank,
        score=item.score,
        cosine=item.cosine,
        bm25=item.bm25,
        collection=item.candidate.view.name,
        path=document.path,
        title=document.title,
        type=document.type,
        heading=passage.heading,
        line_start=passage.line_start,
        line_end=passage.line_end,
        page=passage.page,
        text=passage.text,
        highlight=looked_for.highlight,
        passage_id=passage.id,
        document_id=document.id,
        dense_part=item.dense_part,
        lexical_part=item.lexical_part,
        terms=looked_for.terms,
        match=background.match(request.mode, item.score) if background else None,
        duplicates=tuple(_duplicate(other.candidate, found) for other in group.others),
        elsewhere=looked_for.elsewhere,
    )


def _duplicate(candidate: Candidate, found: Found) -> Duplicate:
    passage, document = found.passage(candidate), found.document(candidate)
    return Duplicate(
        collection=candidate.view.name,
        path=document.path,
        line_start=passage.line_start,
        page=passage.page,
        type=document.type,
    )
