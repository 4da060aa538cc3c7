"""The search: candidates of both sides, fused, rolled up to documents, read and checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes import lexical
from indexes.dense import DenseIndex, open_index
from indexes.errors import Damaged
from indexes.fusion import fuse
from indexes.query import Query, parse
from indexes.reader import EncoderRow, Reader
from indexes.rows import PassageRow
from indexes.store import mismatch
from indexes.textpaths import from_text
from indexes.types import Answer, DocumentView, Encoder, Hit, Mode, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_DEPTH = 100
"""Passages taken from each side at first; more when they make too few documents."""

DEPTH_PER_DOCUMENT = 10
PREVIEW_REACH = 40
"""Passages shown before and after a hit."""

EncoderFor = Callable[[EncoderRow], Encoder]


@dataclass(frozen=True)
class _Scope:
    """What a search may choose from: passages and their texts; None for everything."""

    passages: set[int]
    texts: NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """A passage that may answer."""

    view: View
    passage_id: int
    document_id: int
    text_id: int


@dataclass(frozen=True)
class _Ranked:
    candidate: Candidate
    score: float
    cosine: float | None
    bm25: float | None
    dense_part: float
    lexical_part: float


class View:
    """One collection open for searching. Not for use by several threads at once.

    Args:
        folder: The collection's folder.
        graph_from: Number of vectors from which the graph is used.
    """

    def __init__(self, folder: Path, graph_from: int) -> None:
        self.reader = Reader(folder)
        self.name = folder.name
        self._graph_from = graph_from
        self._index: DenseIndex | None = None
        self._index_generation = -1

    def close(self) -> None:
        """Close the connection."""
        self.reader.close()

    def dense_index(self, encoder: EncoderRow) -> DenseIndex:
        """Return the dense side of the state that is being read."""
        generation = self.reader.generation()
        if self._index is None or self._index_generation != generation:
            self._index = open_index(self.reader, encoder, self._graph_from)
            self._index_generation = generation
        return self._index

    def scope(self, request: Request, query: Query) -> _Scope | None:
        """Apply filters and quoted phrases, before anything is ranked."""
        if not request.filters and not query.phrases:
            return None
        if request.filters:
            rows = self.reader.passages_of_documents(
                self.reader.matching_documents(request.filters)
            )
            keys = {passage: text for passage, _, text in rows}
            if query.phrases:
                allowed = lexical.passages_with_phrases(self.reader, query)
                keys = {passage: text for passage, text in keys.items() if passage in allowed}
        else:
            found = lexical.passages_with_phrases(self.reader, query)
            keys = {p: text for p, (_, text) in self.reader.passage_keys(list(found)).items()}
        return _Scope(set(keys), np.unique(np.array(list(keys.values()), dtype=np.int64)))

    def document(self, document_id: int, passage_id: int) -> DocumentView:
        """Return the document around a passage, for a preview."""
        with self.reader.consistent():
            document = self.reader.documents([document_id]).get(document_id)
            hit = self.reader.passages([passage_id]).get(passage_id)
            if document is None or hit is None:
                raise Damaged("the document changed since the search", "search again")
            rows = self.reader.body(document_id, hit.ordinal, PREVIEW_REACH)
        return _document_view(rows, hit, document.path, document.title, document.type)


def _document_view(
    rows: Sequence[PassageRow], hit: PassageRow, path: str, title: str, type_: str
) -> DocumentView:
    # The white space before the first passage shown is not part of the preview.
    text, start = "", 0
    for i, row in enumerate(rows):
        text += row.text if i == 0 else row.lead + row.text
        if row.id == hit.id:
            start = len(text) - len(row.text)
    return DocumentView(
        path=str(from_text(path)),
        title=title,
        type=type_,
        text=text,
        start=start,
        end=start + len(hit.text),
        first_line=rows[0].line_start,
    )


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
    with _all_consistent(views):
        sides = [Side(view, request, query, encoder_for) for view in views]
        ranked = _rank_enough(sides, request)
        hits = _read_hits(ranked[: request.k], query, request.mode)
        total = sum(side.size for side in sides)
    return Answer(
        query=request.text,
        mode=request.mode,
        collections=tuple(view.name for view in views),
        hits=tuple(hits),
        total=total,
        took_ms=(time.perf_counter() - began) * 1000,
    )


class _all_consistent:  # noqa: N801 - a context manager, used like a function
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


class Side:
    """One collection's part in one search."""

    def __init__(self, view: View, request: Request, query: Query, encoder_for: EncoderFor) -> None:
        self.view = view
        self._mode = request.mode
        self._query = query
        self._scope = view.scope(request, query)
        row = view.reader.encoder()
        self._index: DenseIndex | None = None
        self._ideal: float | None = None
        if row is not None and request.mode != "lexical":
            encoder = encoder_for(row)
            if encoder.fingerprint != row.fingerprint:
                raise mismatch(view.name, row.name, row.fingerprint, encoder)
            self._index = view.dense_index(row)
            self._vector: NDArray[np.float32] = encoder.encode([query.text])[0]
        self.size = (
            view.reader.count("passages") if self._scope is None else len(self._scope.passages)
        )

    def candidates(self, depth: int) -> tuple[list[Candidate], list[float], list[float], bool]:
        """Return candidates with cosine and BM25, and whether a greater depth gives more."""
        bm25 = self._lexical(depth)
        cosine_of, more = self._dense(depth)
        keys = self.view.reader.passage_keys(list(bm25))
        rows = [(passage, *key) for passage, key in keys.items()]
        if self._index is not None:
            self._complete(cosine_of, [text for _, text in keys.values()])
            rows += [
                row
                for row in self.view.reader.passages_of_texts(list(cosine_of))
                if row[0] not in keys and self._allows(row[0])
            ]
        candidates = [Candidate(self.view, *row) for row in sorted(rows)]
        cosines = [cosine_of.get(candidate.text_id, 0.0) for candidate in candidates]
        bm25s = [bm25.get(candidate.passage_id, 0.0) for candidate in candidates]
        return candidates, cosines, bm25s, more or len(bm25) >= depth

    def coverages(self, bm25s: Sequence[float]) -> list[float]:
        """Return BM25 scores as shares of what a passage of all the query's words would have."""
        if self._ideal is None:
            self._ideal = lexical.ideal_score(self.view.reader, self._query)
        return [score / self._ideal if self._ideal > 0 else 0.0 for score in bm25s]

    def _allows(self, passage_id: int) -> bool:
        return self._scope is None or passage_id in self._scope.passages

    def _lexical(self, depth: int) -> dict[int, float]:
        if self._mode == "dense":
            return {}
        allowed = None if self._scope is None else self._scope.passages
        return dict(lexical.search(self.view.reader, self._query, depth, allowed))

    def _dense(self, depth: int) -> tuple[dict[int, float], bool]:
        if self._index is None or not len(self._index):
            return {}, False
        allowed = None if self._scope is None else self._scope.texts
        ids, cosines = self._index.search(self._vector, depth, allowed)
        available = len(self._index) if allowed is None else len(allowed)
        return dict(zip(ids.tolist(), cosines.tolist(), strict=True)), depth < available

    def _complete(self, cosine_of: dict[int, float], text_ids: list[int]) -> None:
        """Give a cosine to the texts that only the lexical side found."""
        missing = np.array(sorted(set(text_ids) - cosine_of.keys()), dtype=np.int64)
        if len(missing) and self._index is not None:
            ids, cosines = self._index.cosines(self._vector, missing)
            cosine_of.update(zip(ids.tolist(), cosines.tolist(), strict=True))


def _rank_enough(sides: Sequence[Side], request: Request) -> list[_Ranked]:
    """Rank documents, going deeper until there are k of them or no more to find."""
    depth = max(MIN_DEPTH, DEPTH_PER_DOCUMENT * request.k)
    while True:
        candidates: list[Candidate] = []
        cosines: list[float] = []
        bm25s: list[float] = []
        coverages: list[float] = []
        more = False
        for side in sides:
            found, cosine, bm25, deeper = side.candidates(depth)
            candidates += found
            cosines += cosine
            bm25s += bm25
            coverages += side.coverages(bm25)
            more = more or deeper
        ranked = _rank(
            candidates, np.array(cosines), np.array(bm25s), np.array(coverages), request.mode
        )
        if len(ranked) >= request.k or not more:
            return ranked
        depth *= 4


def _rank(
    candidates: Sequence[Candidate],
    cosines: NDArray[np.float64],
    bm25s: NDArray[np.float64],
    coverages: NDArray[np.float64],
    mode: Mode,
) -> list[_Ranked]:
    """Score candidates and keep the best passage of each document, best first."""
    if mode == "hybrid":
        dense, words = fuse(cosines, coverages)
    elif mode == "dense":
        dense, words = cosines, np.zeros_like(cosines)
    else:
        dense, words = np.zeros_like(bm25s), bm25s
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
            _Ranked(
                candidates[i],
                float(scores[i]),
                None if mode == "lexical" else float(cosines[i]),
                None if mode == "dense" else float(bm25s[i]),
                float(dense[i]),
                float(words[i]),
            )
        )
    return ranked


def _read_hits(ranked: Sequence[_Ranked], query: Query, mode: Mode) -> list[Hit]:
    hits: dict[int, Hit] = {}
    for view in dict.fromkeys(item.candidate.view for item in ranked):
        own = [(rank, item) for rank, item in enumerate(ranked) if item.candidate.view is view]
        ids = [item.candidate.passage_id for _, item in own]
        passages = view.reader.passages(ids)
        documents = view.reader.documents([item.candidate.document_id for _, item in own])
        marks = {} if mode == "dense" else lexical.highlights(view.reader, query, ids)
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
            )
    return [hits[rank] for rank in sorted(hits)]


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end].casefold() for start, end in spans))
