"""From what was ranked to hits: rows read and checked, words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexes import lexical
from indexes.background import Background
from indexes.database import storage_errors
from indexes.duplicates import Group
from indexes.query import Query
from indexes.ranking import Ranked
from indexes.rows import DocumentRow, PassageRow
from indexes.types import Duplicate, Hit, Request
from indexes.view import View

Spans = tuple[tuple[int, int], ...]


class _Rows:
    """The passages and documents of what was found.

    Args:
        found: All of it.
    """

    def __init__(self, found: Sequence[Ranked]) -> None:
        self._passages: dict[tuple[View, int], PassageRow] = {}
        self._documents: dict[tuple[View, int], DocumentRow] = {}
        for view in dict.fromkeys(item.candidate.view for item in found):
            own = [item.candidate for item in found if item.candidate.view is view]
            with storage_errors(view.reader.folder):
                passages = view.reader.passages([candidate.passage_id for candidate in own])
                documents = view.reader.documents([candidate.document_id for candidate in own])
            self._passages |= {(view, id_): row for id_, row in passages.items()}
            self._documents |= {(view, id_): row for id_, row in documents.items()}

    def of(self, item: Ranked) -> tuple[PassageRow, DocumentRow]:
        key = item.candidate
        return (
            self._passages[key.view, key.passage_id],
            self._documents[key.view, key.document_id],
        )


def read_hits(
    groups: Sequence[Group], queries: Mapping[View, Query], request: Request
) -> list[Hit]:
    """Read the hits of groups, best first.

    Args:
        groups: Documents, with those that say the same.
        queries: What was looked for in each collection.
        request: What was asked.

    Raises:
        Damaged: A row is not what was written.
    """
    rows = _Rows([item for group in groups for item in (group.best, *group.others)])
    marks = {} if request.mode == "dense" else _marks(groups, queries, rows)
    # Passages are closer to each other than questions are to passages: no comparison then.
    backgrounds = {view: None if request.like else view.background() for view in queries}
    return [
        _hit(rank, group, rows, marks, backgrounds[group.best.candidate.view], request)
        for rank, group in enumerate(groups, start=1)
    ]


def _marks(
    groups: Sequence[Group], queries: Mapping[View, Query], rows: _Rows
) -> dict[tuple[View, int], Spans]:
    marks: dict[tuple[View, int], Spans] = {}
    for view, query in queries.items():
        found = [rows.of(g.best)[0] for g in groups if g.best.candidate.view is view]
        with storage_errors(view.reader.folder):
            texts = {passage.id: passage.text for passage in found}
            spans = lexical.highlights(view.postings(), query, texts)
        marks |= {(view, id_): places for id_, places in spans.items()}
    return marks


def _hit(
    rank: int,
    group: Group,
    rows: _Rows,
    marks: Mapping[tuple[View, int], Spans],
    background: Background | None,
    request: Request,
) -> Hit:
    item = group.best
    passage, document = rows.of(item)
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
        duplicates=tuple(_duplicate(other, rows) for other in group.others),
    )


def _duplicate(item: Ranked, rows: _Rows) -> Duplicate:
    passage, document = rows.of(item)
    return Duplicate(
        collection=item.candidate.view.name,
        path=document.path,
        line_start=passage.line_start,
        page=passage.page,
        type=document.type,
    )


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end].casefold() for start, end in spans))
