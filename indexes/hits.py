"""From what was ranked to hits: rows read and checked, words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexes import lexical
from indexes.background import Background
from indexes.database import storage_errors
from indexes.duplicates import Group
from indexes.found import Candidate, Found
from indexes.query import Query
from indexes.types import Duplicate, Hit, Request
from indexes.view import View

Spans = tuple[tuple[int, int], ...]


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
    marks = {} if request.mode == "dense" else _marks(groups, queries, found)
    # Passages are closer to each other than questions are to passages: no comparison then.
    backgrounds = {view: None if request.like else view.background() for view in queries}
    return [
        _hit(rank, group, found, marks, backgrounds[group.best.candidate.view], request)
        for rank, group in enumerate(groups, start=1)
    ]


def _marks(
    groups: Sequence[Group], queries: Mapping[View, Query], found: Found
) -> dict[tuple[View, int], Spans]:
    marks: dict[tuple[View, int], Spans] = {}
    for view, query in queries.items():
        own = [g.best.candidate for g in groups if g.best.candidate.view is view]
        with storage_errors(view.reader.folder):
            texts = {one.passage_id: found.passage(one).text for one in own}
            spans = lexical.highlights(view.postings(), query, texts)
        marks |= {(view, id_): places for id_, places in spans.items()}
    return marks


def _hit(
    rank: int,
    group: Group,
    found: Found,
    marks: Mapping[tuple[View, int], Spans],
    background: Background | None,
    request: Request,
) -> Hit:
    item = group.best
    passage, document = found.passage(item.candidate), found.document(item.candidate)
    spans = marks.get((item.candidate.view, passage.id), ())
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
        highlight=spans,
        passage_id=passage.id,
        document_id=document.id,
        dense_part=item.dense_part,
        lexical_part=item.lexical_part,
        terms=_terms(passage.text, spans),
        match=background.match(request.mode, item.score) if background else None,
        duplicates=tuple(_duplicate(other.candidate, found) for other in group.others),
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


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end].casefold() for start, end in spans))
