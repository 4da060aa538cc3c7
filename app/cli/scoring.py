"""`jtcse score`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from app.cli import diagnostics, output, process
from app.cli.context import Context
from app.errors import UsageError
from app.pairs import PairFile, PairScores, parse_columns, score_file

if TYPE_CHECKING:
    from app.session import Session

STANDARD_INPUT = Path("-")
LABEL_CHARS = 28
SHOWN_SKIPS = 5


def score(
    context: Context,
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="A B", help="Two texts to compare.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Score each line of a tab-separated file; - reads stdin."
        ),
    ] = None,
    matrix: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score all lines against all, or against a second file."),
    ] = None,
    columns: Annotated[
        str, typer.Option(metavar="A,B[,GOLD]", help="Columns of --file, counted from 1.")
    ] = "1,2,3",
    header: Annotated[bool, typer.Option("--header", help="Skip the first line.")] = False,
    model: Annotated[str | None, typer.Option(metavar="NAME|PATH", help="The encoder.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how similar texts are: the cosine of their vectors, 1 for the same meaning."""
    given = list(texts or [])
    pair = [process.readable(text) for text in given]
    if file is not None and matrix is not None:
        raise UsageError("--file and --matrix together", "choose one")
    if file is not None:
        if given:
            raise UsageError(f"{given[0]!r} beside --file", "give the file alone")
        _score_file(context.session, file, columns, header, model, json)
    elif matrix is not None:
        if len(given) > 1:
            raise UsageError("--matrix takes one or two files", "jtcse score --matrix F G")
        _score_matrix(context.session, matrix, given, model, json)
    elif len(given) == 2:
        if not all(text.strip() for text in pair):
            raise UsageError("one of the texts is empty", "type some words")
        value = float(context.session.score([(pair[0], pair[1])], model)[0])
        if json:
            output.as_json({"score": round(value, 6)})
        else:
            output.line(f"{value:.4f}")
    else:
        raise UsageError(
            f"{len(given)} text{'s' * (len(given) != 1)} to compare",
            'give two: jtcse score "one text" "another"',
        )


def _score_file(
    session: Session, path: Path, columns: str, header: bool, model: str | None, json: bool
) -> None:
    opened = nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else _open(path)
    with opened as stream:
        pairs = PairFile(stream, parse_columns(columns), header)
        if json:
            result = score_file(session, pairs, model)
            output.as_json(
                {
                    "pairs": len(result.scores),
                    "spearman": result.spearman,
                    "scores": [round(value, 6) for value in result.scores],
                    "skipped": [{"line": line, "reason": why} for line, why in result.skipped],
                }
            )
        else:
            result = score_file(session, pairs, model, on_score=lambda v: output.line(f"{v:.4f}"))
    if not json:
        _note_skipped(result)
        if result.spearman is not None:
            diagnostics.note(f"{len(result.scores)} pairs, Spearman {result.spearman:.4f}")


def _note_skipped(result: PairScores) -> None:
    for number, reason in result.skipped[:SHOWN_SKIPS]:
        diagnostics.note(f"line {number} was passed over: {reason}")
    if len(result.skipped) > SHOWN_SKIPS:
        more = len(result.skipped) - SHOWN_SKIPS
        diagnostics.note(f"... and {more} more; --json names them all")
    if result.skipped and not result.scores:
        diagnostics.note("no line holds a pair; name its columns, as in --columns 2,3,1")


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "check the path") from error


def _score_matrix(
    session: Session, rows_file: Path, others: list[str], model: str | None, json: bool
) -> None:
    rows = _lines(rows_file)
    columns = _lines(Path(others[0])) if others else rows
    scores = session.score_matrix(rows, columns, model)
    if json:
        output.as_json(
            {
                "rows": rows,
                "columns": columns,
                "scores": [[round(float(value), 6) for value in row] for row in scores],
            }
        )
    elif output.is_terminal():
        output.as_table(
            ("", *(str(i + 1) for i in range(len(columns)))),
            [
                (f"{i + 1} {row[:LABEL_CHARS]}", *(f"{value:.2f}" for value in values))
                for i, (row, values) in enumerate(zip(rows, scores, strict=True))
            ],
        )
    else:
        output.as_csv(
            ("", *columns),
            (
                [row, *(f"{v:.6f}" for v in values)]
                for row, values in zip(rows, scores, strict=True)
            ),
        )


def _lines(path: Path) -> list[str]:
    with _open(path) as stream:
        text = stream.read().decode("utf-8-sig", "replace")
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        raise UsageError(f"{path} holds no text", "put one text on each line")
    return lines
