"""The search: candidates of both sides, fused, rolled up to documents, read and checked."""

from __future__ import annotations

import time
from collections.abc import Sequence

from indexes import lexical
from indexes.background import GOOD_MATCH
from indexes.candidates import EncoderFor, Side
from indexes.query import Query, parse
from indexes.ranking import Ranked, rank_enough
from indexes.types import Answer, Hit, Mode, Request
from indexes.view import View


class _AllConsistent:
    """Hold every view's read state open."""

    def __init__(self, views: Sequence[View]) -> None:
        self._states = [view.reader.consistent() for view in views]
        self._entered = 0

    def __enter__(self) -> None:
        try:
            for state in self._states:
                state.__enter__()
                self._entered += 1
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        for state in self._states[: self._entered]:
            state.__exit__(None, None, None)


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
    with _AllConsistent(views):
        sides = [Side(view, request, query, encoder_for) for view in views]
        ranked = rank_enough(sides, request)
        hits = _read_hits(ranked[: request.k], query, request.mode)
        good = _is_good(ranked, hits, query)
        total = sum(side.size for side in sides)
    return Answer(
        query=request.text,
        mode=request.mode,
        collections=tuple(view.name for view in views),
        hits=tuple(hits),
        total=total,
        good_match=good,
        took_ms=(time.perf_counter() - began) * 1000,
    )


def _read_hits(ranked: Sequence[Ranked], query: Query, mode: Mode) -> list[Hit]:
    hits: dict[int, Hit] = {}
    for view in dict.fromkeys(item.candidate.view for item in ranked):
        own = [(rank, item) for rank, item in enumerate(ranked) if item.candidate.view is view]
        ids = [item.candidate.passage_id for _, item in own]
        passages = view.reader.passages(ids)
        documents = view.reader.documents([item.candidate.document_id for _, item in own])
        marks = {}
        if mode != "dense":
            texts = {passage.id: passage.text for passage in passages.values()}
            marks = lexical.highlights(view.postings(), query, texts)
        background = view.background()
        for rank, item in own:
            passage = passages[item.candidate.passage_id]
            document = documents[item.candidate.document_id]
            spans = marks.get(passage.id, ())
            hits[rank] = Hit(
                rank=rank + 1,
                score=item.score,
                cosine=item.cosine,
                bm25=item.bm25,
                collection=view.name,
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
                match=background.match(mode, item.score) if background else None,
            )
    return [hits[rank] for rank in sorted(hits)]


def _is_good(ranked: Sequence[Ranked], hits: Sequence[Hit], query: Query) -> bool | None:
    """Whether the best hit answers: by its score, or because it has all that was typed."""
    if not hits:
        return False
    best = ranked[0].candidate
    if hits[0].match is not None and hits[0].match < GOOD_MATCH:
        return lexical.has_every_word(best.view.postings(), query, best.passage_id)
    return None if hits[0].match is None else True


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end].casefold() for start, end in spans))
