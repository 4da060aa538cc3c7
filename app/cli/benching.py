"""`jtcse bench`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import completing, diagnostics, output
from app.cli.arguments import opened
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.options import JsonOption, SearchedOption
from app.errors import UsageError
from app.filters import ALL_MODES, parse_modes
from app.results import place

if TYPE_CHECKING:
    from app.benching import BenchReport, CaseFile, Result

DIGITS = 5


def bench(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    collection: SearchedOption = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODE",
            autocompletion=completing.modes_or_all,
            help="hybrid, dense, lexical, or all; may be repeated.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("-k", "--limit", metavar="N", help="How far down it may stand.")
    ] = 10,
    require: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Exit with 1 when less of it is found: 0.9."),
    ] = None,
    json: JsonOption = False,
) -> ExitCode | None:
    """Score your own queries on your own documents, and say which failed.

    A line of FILE is QUERY<TAB>PATH, more paths between tabs, each with :LINE where that
    matters; or a JSON object with "query" and "path" or "paths". The end of a path is enough.
    - reads standard input.
    """
    from app.benching import read_cases, run_bench

    names = collection or ["default"]
    chosen = mode or [context.session.settings.search_mode]
    modes = parse_modes(chosen)
    if require is not None and not 0 <= require <= 1:
        raise UsageError(f"{require:g} is no share", "from 0 to 1, such as --require 0.9")
    for name in names:
        context.session.catalog.find(name)
    with opened(file) as stream:
        listed = read_cases(stream)
    for line, reason in listed.skipped:
        diagnostics.note(f"line {line} was passed over: {reason}")
    reports = [run_bench(context.session, listed.cases, names, one, limit) for one in modes]
    if json:
        values = [_as_dict(report, listed, names) for report in reports]
        output.as_json(values if len(chosen) > 1 or ALL_MODES in chosen else values[0])
    else:
        _write(reports)
    if require is not None and any(report.recall < require for report in reports):
        diagnostics.note(f"less than {require:g} of what was expected was found")
        return ExitCode.FAILED
    return None


def _as_dict(report: BenchReport, listed: CaseFile, names: Sequence[str]) -> dict[str, Any]:
    return {
        "mode": report.mode,
        "collections": list(names),
        "k": report.k,
        "queries": len(report.results),
        "found": report.found,
        "first": round(report.first, DIGITS),
        "recall": round(report.recall, DIGITS),
        "mrr": round(report.mrr, DIGITS),
        "results": [_result_as_dict(result) for result in report.results],
        "skipped": [{"line": line, "reason": reason} for line, reason in listed.skipped],
    }


def _result_as_dict(result: Result) -> dict[str, Any]:
    return {
        "line": result.case.line,
        "query": result.case.query,
        "expected": [str(expected) for expected in result.case.expected],
        "rank": result.rank,
        "recall": round(result.share, DIGITS),
        "why": result.why or None,
        "instead": [
            {
                "rank": hit.rank,
                "score": round(hit.score, 6),
                "path": hit.path,
                "line_start": hit.line_start,
                "page": hit.page,
                "title": hit.title,
            }
            for hit in result.instead
        ],
    }


def _write(reports: Sequence[BenchReport]) -> None:
    k, queries = reports[0].k, len(reports[0].results)
    output.as_table(
        (f"{queries} queries", "found", "first", f"recall@{k}", f"mrr@{k}"),
        [
            (r.mode, str(r.found), f"{r.first:.3f}", f"{r.recall:.3f}", f"{r.mrr:.3f}")
            for r in reports
        ],
    )
    for report in reports:
        for result in report.results:
            if result.rank is None:
                output.line()
                output.line(f"{report.mode}, line {result.case.line}: {result.case.query}")
                output.line(f"  {result.why}")
                for hit in result.instead:
                    output.line(f"  instead {hit.rank}. {place(hit)}  {hit.title}")
