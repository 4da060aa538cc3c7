"""Measure the search itself on a BEIR folder: the same path that a user's documents take."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from app.measuring import Opening, open_encoder
from app.session import Session
from indexes.sync import Record
from indexes.types import Mode, Request
from jtcse_core.any_encoder import is_exported
from jtcse_core.evaluation.beir import (
    BeirData,
    RetrievalScores,
    mean_scores,
    measure_each,
    read_beir,
)
from jtcse_core.evaluation.comparison import Difference, compare_means

DEPTH = 100
"""Documents ranked a query; recall@100 needs as many, MAP is taken over them."""

COLLECTION = "evaluation"


@dataclass(frozen=True)
class RetrievalReport:
    """How a mode did on a collection.

    Attributes:
        scores: Means over the queries.
        rankings: Document ids, best first, by query id.
        each: The same measures by query id.
        data: What was measured on.
    """

    model: str
    mode: Mode
    docs: int
    queries: int
    scores: RetrievalScores
    rankings: Mapping[str, Sequence[str]]
    each: Mapping[str, RetrievalScores]
    data: BeirData


def evaluate_retrieval(
    session: Session,
    folder: Path,
    modes: Sequence[Mode],
    *,
    encoder: str | None = None,
    opening: Opening = Opening(),  # noqa: B008 - frozen
    on_step: Callable[[str], None] = lambda step: None,
) -> list[RetrievalReport]:
    """Index a BEIR folder into a temporary collection and search it with its queries.

    Args:
        session: Whose settings and encoders are used; its collections are not touched.
        folder: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.
        modes: Each is measured; the documents are encoded once.
        encoder: As `open_any` takes it; None for the one of the settings.
        opening: How a checkpoint is opened.
        on_step: Told what is being done.

    Raises:
        DataError: The folder is not of that layout.
    """
    data = read_beir(folder)
    with tempfile.TemporaryDirectory(prefix="jtcse-eval-") as scratch:
        paths = session.paths._replace(data=Path(scratch))
        inner = Session(paths, session.settings, encoders=session.paths.encoders)
        try:
            if encoder is not None and not is_exported(encoder, session.paths.encoders):
                inner.adopt(encoder, open_encoder(session, encoder, opening))
            on_step(f"{data.name}: indexing {len(data.documents):,} documents")
            inner.add_records(records(data), COLLECTION, encoder=encoder)
            name = inner.encoder(encoder).name
            return [_evaluate_mode(inner, data, mode, name, on_step) for mode in modes]
        finally:
            inner.close()


def records(data: BeirData) -> Iterator[Record]:
    """Yield a BEIR collection's documents as records."""
    for document in data.documents:
        yield Record(document.id, document.title, "txt", document.text)


def _evaluate_mode(
    session: Session, data: BeirData, mode: Mode, model: str, on_step: Callable[[str], None]
) -> RetrievalReport:
    on_step(f"{data.name}: {len(data.queries):,} queries, {mode}")
    rankings = {}
    for query_id, text in data.queries.items():
        # Public collections hold a few blank queries; they find nothing, and count.
        request = Request(text, mode, DEPTH)
        hits = session.search(request, [COLLECTION]).hits if text.strip() else ()
        rankings[query_id] = [hit.path for hit in hits]
    each = measure_each(rankings, data.relevance)
    return RetrievalReport(
        model,
        mode,
        len(data.documents),
        len(data.queries),
        mean_scores(each.values()),
        rankings,
        each,
        data,
    )


def differences(report: RetrievalReport, against: RetrievalReport) -> dict[str, Difference]:
    """Return by measure how much better a search is than another of the same queries.

    Raises:
        DataError: There are fewer than two queries.
    """
    return {
        field.name: compare_means(
            [getattr(scores, field.name) for scores in against.each.values()],
            [getattr(report.each[query], field.name) for query in against.each],
        )
        for field in fields(RetrievalScores)
    }
