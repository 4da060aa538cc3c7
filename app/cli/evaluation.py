"""`jtcse eval`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output
from app.cli.context import Context
from app.errors import UsageError

if TYPE_CHECKING:
    from app.evaluation import RetrievalReport

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR")]
ModelOption = Annotated[str | None, typer.Option(metavar="NAME|PATH", help="The encoder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
ALL_MODES = "all"


def sts(
    context: Context, folder: FolderArgument, model: ModelOption = None, json: JsonOption = False
) -> None:
    """Measure an encoder on STS files: Spearman × 100 of each NAME.tsv in DIR.

    A line is score<TAB>sentence1<TAB>sentence2[<TAB>...].
    """
    from jtcse_core.evaluation.sts import evaluate_sts

    report = evaluate_sts(context.session.encoder(model), folder)
    if json:
        tasks = {name: round(value, 3) for name, value in report.tasks.items()}
        output.as_json({"model": report.model, "tasks": tasks, "avg": round(report.avg, 3)})
        return
    rows = [(name, f"{value:.2f}") for name, value in report.tasks.items()]
    output.as_table((report.model, "Spearman"), [*rows, ("mean", f"{report.avg:.2f}")])


def retrieval(
    context: Context,
    folder: FolderArgument,
    mode: Annotated[
        str | None, typer.Option(metavar="MODE", help="hybrid, dense, lexical, or all.")
    ] = None,
    model: ModelOption = None,
    json: JsonOption = False,
) -> None:
    """Measure the search on a BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv.

    The documents take the path that a user's documents take: cut, encoded, indexed and
    searched, the best passage standing for its document.
    """
    from app.evaluation import evaluate_retrieval
    from indexes.types import MODES

    mode = mode or context.session.settings.search_mode
    if mode != ALL_MODES and mode not in MODES:
        raise UsageError(f"unknown mode {mode!r}", f"one of: {', '.join(MODES)}, {ALL_MODES}")
    modes = MODES if mode == ALL_MODES else [m for m in MODES if m == mode]
    reports = evaluate_retrieval(
        context.session, folder, modes, encoder=model, on_step=diagnostics.note
    )
    if json:
        values = [_as_dict(report) for report in reports]
        output.as_json(values if mode == ALL_MODES else values[0])
        return
    names = ("ndcg@10", "recall@100", "map", "mrr@10")
    output.as_table(
        (f"{folder.name}, {reports[0].model}", *names),
        [(r.mode, *(f"{_as_dict(r)[name]:.4f}" for name in names)) for r in reports],
    )


def _as_dict(report: RetrievalReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "mode": report.mode,
        "docs": report.docs,
        "queries": report.queries,
        "ndcg@10": round(report.scores.ndcg_10, 5),
        "recall@100": round(report.scores.recall_100, 5),
        "map": round(report.scores.map, 5),
        "mrr@10": round(report.scores.mrr_10, 5),
    }
