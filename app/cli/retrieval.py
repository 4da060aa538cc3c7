"""`jtcse eval retrieval`."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from app.cli import completing, diagnostics, output
from app.cli.calling import Context, require
from app.cli.evaluation import (
    AnyModelOption,
    DownloadOption,
    FolderArgument,
    PoolingOption,
    difference_as_dict,
)
from app.cli.options import JsonOption
from app.errors import UsageError
from app.filters import ALL_MODES, parse_modes
from indexes.types import MODES

if TYPE_CHECKING:
    from app.evaluation import RetrievalReport
    from indexes.types import Mode
    from jtcse_core.evaluation.beir import RetrievalScores

STDOUT = "-"
FOUND = 10
"""Documents that are named a query."""

DIGITS = 5
MEASURES = {"ndcg@10": "ndcg_10", "recall@100": "recall_100", "map": "map", "mrr@10": "mrr_10"}


def retrieval(
    context: Context,
    folder: FolderArgument,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODE",
            autocompletion=completing.modes_or_all,
            help="hybrid, dense, lexical, or all; may be repeated.",
        ),
    ] = None,
    model: AnyModelOption = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="MODE|ENCODER", help="Compare with this mode, or with this encoder."),
    ] = None,
    per_query: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="A JSON object a query, and what was found."),
    ] = None,
    pooling: PoolingOption = None,
    allow_download: DownloadOption = False,
    json: JsonOption = False,
) -> None:
    """Measure the search on a BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv.

    The documents take the path that a user's documents take: cut, encoded, indexed and
    searched, the best passage standing for its document. With --against each difference has a
    95 % interval from a paired bootstrap over the queries.
    """
    from app.evaluation import evaluate_retrieval
    from app.measuring import Opening, open_encoder

    require(folder)
    if json and per_query == STDOUT:
        raise UsageError("--json and --per-query - both write standard output", "name a file")
    chosen = mode or [context.session.settings.search_mode]
    modes = parse_modes(chosen)
    opening = Opening(pooling, allow_download)
    if against is not None and against not in MODES:
        # Whether there is such an encoder is better known before minutes of measuring.
        open_encoder(context.session, against, opening)

    def evaluate(modes: Sequence[Mode], encoder: str | None) -> list[RetrievalReport]:
        return evaluate_retrieval(
            context.session,
            folder,
            modes,
            encoder=encoder,
            opening=opening,
            on_step=diagnostics.note,
        )

    with _per_query(per_query) as lines:
        if against in MODES:
            measured = evaluate(list(dict.fromkeys([*modes, against])), model)
            others = [report for report in measured if report.mode == against] * len(modes)
            reports = measured[: len(modes)]
        else:
            reports = evaluate(modes, model)
            others = evaluate(modes, against) if against is not None else []
        for report in [*reports, *(other for other in others if other not in reports)]:
            _write_queries(lines, report)
    if json:
        values = _as_dicts(reports, others)
        output.as_json(values if len(chosen) > 1 or ALL_MODES in chosen else values[0])
    elif per_query == STDOUT:
        for line in _summary(reports, others):
            diagnostics.note(line)
    else:
        _write_tables(folder.name, reports, others)


@contextmanager
def _per_query(path: str | None) -> Iterator[TextIO | None]:
    """Open the file first: who measures for minutes wants to know now that it cannot be."""
    if path is None or path == STDOUT:
        yield None if path is None else sys.stdout
        return
    try:
        with Path(path).open("w", encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "name another") from error


def _write_queries(stream: TextIO | None, report: RetrievalReport) -> None:
    if stream is None:
        return
    for query, scores in report.each.items():
        grades = report.data.relevance[query]
        row = {
            "query": query,
            "text": report.data.queries[query],
            "model": report.model,
            "mode": report.mode,
            **_scores(scores),
            "relevant": {document: grade for document, grade in grades.items() if grade > 0},
            "found": list(report.rankings[query][:FOUND]),
        }
        if stream is sys.stdout:
            output.as_json_lines([row])
        else:
            stream.write(json_.dumps(row, ensure_ascii=False) + "\n")


def _scores(scores: RetrievalScores) -> dict[str, float]:
    return {shown: round(getattr(scores, name), DIGITS) for shown, name in MEASURES.items()}


def _as_dict(report: RetrievalReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "mode": report.mode,
        "docs": report.docs,
        "queries": report.queries,
        **_scores(report.scores),
    }


def _as_dicts(
    reports: Sequence[RetrievalReport], others: Sequence[RetrievalReport]
) -> list[dict[str, Any]]:
    from app.evaluation import differences

    values = [_as_dict(report) for report in reports]
    for value, report, other in zip(values, reports, others, strict=False):
        found = differences(report, other)
        value["against"] = _as_dict(other) | {
            "differences": {
                shown: difference_as_dict(found[name], DIGITS) for shown, name in MEASURES.items()
            }
        }
    return values


def _write_tables(
    name: str, reports: Sequence[RetrievalReport], others: Sequence[RetrievalReport]
) -> None:
    output.as_table(
        (f"{name}, {reports[0].model}", *MEASURES),
        [(r.mode, *(f"{value:.4f}" for value in _scores(r.scores).values())) for r in reports],
    )
    for line in _against(reports, others):
        output.line(line)


def _summary(
    reports: Sequence[RetrievalReport], others: Sequence[RetrievalReport]
) -> Iterator[str]:
    for report in reports:
        told = "  ".join(f"{name} {value:.4f}" for name, value in _scores(report.scores).items())
        yield f"{report.model}, {report.mode}: {told}"
    yield from _against(reports, others)


def _against(
    reports: Sequence[RetrievalReport], others: Sequence[RetrievalReport]
) -> Iterator[str]:
    from app.evaluation import differences

    for report, other in zip(reports, others, strict=False):
        if report is other:
            continue
        yield f"{report.model}, {report.mode}, against {other.model}, {other.mode}:"
        found = differences(report, other)
        for shown, name in MEASURES.items():
            d = found[name]
            sure = "" if d.significant else ", which may be chance"
            yield f"  {shown:<10} {d.value:+.4f} ({d.low:+.4f} to {d.high:+.4f}){sure}"
