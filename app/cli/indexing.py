"""`jtcse index`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output, process
from app.cli.arguments import refuse_together, resolved
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.options import collection_option
from app.cli.progress import IndexProgress
from app.errors import UsageError

if TYPE_CHECKING:
    from indexes.types import IndexReport, Root

SHOWN_SKIPS = 5
PIPE = "-"


def index(
    context: Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Folders and files; none updates all roots."),
    ] = None,
    collection: Annotated[
        str,
        collection_option("The collection."),
    ] = "default",
    include: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Only such files; may be repeated.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Not such files; may be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    prune_missing: Annotated[
        bool, typer.Option("--prune-missing", help="Also forget what a missing folder held.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and follow every change until Ctrl-C.")
    ] = False,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Title of the text in a pipe: index -")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME|PATH", help="The encoder of a new collection.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Counts as JSON.")] = False,
) -> ExitCode | None:
    """Create a collection from folders and files, or bring it up to date.

    Only what changed is read and encoded. The folders are remembered with their options.
    An interrupted run keeps what it committed, and the next one goes on from there. With -
    the text of one document comes from a pipe.
    """
    from indexes.types import Root

    if [str(path) for path in paths or ()] == [PIPE]:
        refuse_together("index -", {"--watch": watch, "--dry-run": dry_run})
        return _index_pipe(context, collection, title, model, json)
    if title is not None:
        raise UsageError("--title names a text from a pipe", "jtcse index - --title TITLE")
    refuse_together("--dry-run", {"--watch": watch and dry_run})

    roots = [
        Root(resolved(path), tuple(include or ()), tuple(exclude or ())) for path in paths or ()
    ]
    if dry_run:
        return _dry_run(context, roots, collection, json)

    def update() -> IndexReport:
        with IndexProgress() as progress:
            return context.session.index(
                roots,
                collection,
                encoder=model,
                prune_missing=prune_missing,
                on_event=progress,
            )

    def follow() -> None:
        report = update()
        if report.added or report.updated or report.removed:
            _tell(report, collection, json)
        _conclude(report)

    try:
        report = update()
        _tell(report, collection, json)
    except KeyboardInterrupt:
        diagnostics.note(
            "jtcse: interrupted; what was committed is kept, and the same command goes on"
        )
        return ExitCode.INTERRUPTED
    code = _conclude(report)
    if not watch:
        return code
    from app.cli.watching import watch as keep_watching

    return keep_watching(context, collection, follow)


def _index_pipe(
    context: Context, collection: str, title: str | None, model: str | None, json: bool
) -> ExitCode | None:
    if not title:
        raise UsageError("a text from a pipe needs a title", "add --title TITLE")
    limit = context.session.settings.index_max_file_mb
    data = sys.stdin.buffer.read((limit << 20) + 1)
    _tell(
        context.session.add_piped(data, process.readable(title), collection, encoder=model),
        collection,
        json,
    )
    return None


def _tell(report: IndexReport, collection: str, json: bool) -> None:
    if json:
        output.as_json(_as_dict(report))
    else:
        output.line(f"{collection}: {_summary(report)}")
        _note_skips(report)
    _note_languages(report)


def _dry_run(context: Context, roots: list[Root], collection: str, json: bool) -> ExitCode | None:
    plan = context.session.preview(roots, collection)
    if json:
        output.as_json({"would": [{"what": step.what, "path": step.path, "reason": step.reason}
                                  for step in plan]})  # fmt: skip
    else:
        for step in plan:
            output.line(f"{step.what}\t{step.path}" + (f"\t{step.reason}" if step.reason else ""))
        skips = sum(step.what == "skip" for step in plan)
        diagnostics.note(f"{len(plan) - skips} changes, {skips} skipped; nothing was written")
    return None


def _as_dict(report: IndexReport) -> dict[str, Any]:
    values = asdict(report)
    for kind in ("skips", "passed_over"):
        values[kind] = [skip._asdict() for skip in getattr(report, kind)]
    values["seconds"] = round(report.seconds, 3)
    values["languages"] = dict(report.languages)
    values["unknown_languages"] = dict(report.unknown_languages)
    return values


def _summary(report: IndexReport) -> str:
    counts = (
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.removed} removed, {report.skipped} skipped"
    )
    if report.passages:
        counts += f"; {report.passages} passages"
    return f"{counts}; {report.seconds:.1f} s"


def _note_skips(report: IndexReport) -> None:
    for skip in report.skips[:SHOWN_SKIPS]:
        diagnostics.note(f"skipped {skip.path}: {skip.reason}")
    if len(report.skips) > SHOWN_SKIPS:
        more = len(report.skips) - SHOWN_SKIPS
        diagnostics.note(f"... and {more} more; --json names them all")


def _note_languages(report: IndexReport) -> None:
    foreign = report.unknown_languages
    if foreign and (report.added or report.updated):
        listed = ", ".join(f"{language} {count}" for language, count in foreign.items())
        diagnostics.note(
            f"{sum(foreign.values())} documents are in languages that the encoder was not made "
            f"for ({listed}): there a search goes by words more than by meaning"
        )


def _conclude(report: IndexReport) -> ExitCode | None:
    for root in report.unreachable:
        diagnostics.note(
            f"jtcse: {root} is missing, closed to you, or has suddenly nothing to index (its "
            "patterns may leave nothing), so nothing under it was removed; mount or open it and "
            "run again, or add --prune-missing"
        )
    return ExitCode.FAILED if report.unreachable else None
