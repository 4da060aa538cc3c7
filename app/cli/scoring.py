"""`jtcse score`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output, process
from app.cli.arguments import STANDARD_INPUT, called, opened, refuse_together
from app.cli.calling import Context
from app.cli.options import JsonOption, collection_option
from app.errors import UsageError
from app.scoring.pairs import PairFile, parse_columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.scoring.files import PairScores
    from app.scoring.meaning import Background
    from app.session import Session

SHOWN_SKIPS = 5
DIGITS = 6
COLUMNS = "1,2,3"
PERCENT_DIGITS = 2
PERCENTILES_AT_ONCE = 4096

CollectionOption = Annotated[
    str | None,
    collection_option("Say what a score means among the passages of a collection."),
]
ModelOption = Annotated[str | None, typer.Option(metavar="NAME|PATH", help="The encoder.")]


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
        typer.Option(
            metavar="FILE",
            help="Score all lines against all, or a second file; - reads stdin.",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="A,B[,GOLD]",
            help="Columns of --file, counted from 1.",
            show_default=COLUMNS,
        ),
    ] = None,
    header: Annotated[bool, typer.Option("--header", help="Skip the first line.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw --file or --matrix: .png, .svg or .pdf."),
    ] = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
    json: JsonOption = False,
) -> None:
    """Say how similar texts are: the cosine of their vectors, 1 for the same meaning.

    On a terminal, and with --json, beside it what that means: how many pairs of unrelated
    texts are less alike.
    """
    given = list(texts or [])
    _check_mode(given, file, matrix, plot)
    if file is None:
        what = "a pair" if matrix is None else "--matrix"
        refuse_together(what, {"--columns": columns is not None, "--header": header})
    session = context.session
    if collection is not None and model is None:
        model = session.places.of_collection(collection)
    if file is not None:
        _score_file(
            _FileJob(session, file, model, json),
            parse_columns(COLUMNS if columns is None else columns),
            header,
            collection,
            plot,
        )
    elif matrix is not None:
        if collection is not None:
            session.scoring.background(model, collection)  # refuses one that is too small
        _score_matrix(session, [matrix, *map(Path, given)], model, json, plot)
    else:
        _score_pair(session, given, model, collection, json)


def _check_mode(
    given: list[str], file: Path | None, matrix: Path | None, plot: Path | None
) -> None:
    if file is not None and matrix is not None:
        raise UsageError("--file and --matrix together", "choose one")
    if file is not None and given:
        raise UsageError(f"{given[0]!r} beside --file", "give the file alone")
    if matrix is not None and len(given) > 1:
        raise UsageError("--matrix takes one or two files", "jtcse score --matrix F G")
    if matrix == STANDARD_INPUT and given == [str(STANDARD_INPUT)]:
        raise UsageError("standard input twice", "it can be read once: jtcse score --matrix -")
    if file is None and matrix is None:
        if len(given) != 2:
            raise UsageError(
                f"{len(given)} text{'s' * (len(given) != 1)} to compare",
                'give two: jtcse score "one text" "another"',
            )
        if plot is not None:
            raise UsageError("a pair makes no picture", "--plot goes with --file or --matrix")
    if plot is not None:
        from jtcse_core.evaluation.plots import check_plot_path

        check_plot_path(plot)


def _score_pair(
    session: Session, given: list[str], model: str | None, collection: str | None, json: bool
) -> None:
    from app.scoring.wording import describe

    a, b = (process.readable(text) for text in given)
    if not a.strip() or not b.strip():
        raise UsageError("one of the texts is empty", "type some words")
    value = float(session.scoring.score([(a, b)], model)[0])
    explained = json or collection is not None or output.is_terminal()
    background = session.scoring.background(model, collection) if explained else None
    percentile = None if background is None else background.percentile(value)
    if note := session.scoring.cut_of_pair(a, b, model):
        diagnostics.note(note)
    if json:
        shown = None if percentile is None else round(percentile, PERCENT_DIGITS)
        output.as_json({"score": round(value, DIGITS), "percentile": shown})
    elif background is None or percentile is None:
        output.line(f"{value:.4f}")
    else:
        output.line(f"{value:.4f}  {describe(percentile, background.of)}")


class _FileJob:
    """A file to score, and how its scores are told."""

    def __init__(self, session: Session, path: Path, model: str | None, json: bool) -> None:
        self.session = session
        self.path = path
        self.model = model
        self.json = json

    def run(self, columns: tuple[int, ...], header: bool) -> PairScores:
        """Score the file; without --json the scores are written as they come."""
        from app.cli.progress import ScoreProgress

        with opened(self.path) as stream:
            size = _size(stream)
            quiet = output.is_terminal() and not self.json
            with ScoreProgress(size, quiet=quiet) as progress:
                return self.session.scoring.file(
                    PairFile(stream, columns, header),
                    self.model,
                    on_scores=_ignore if self.json else _write_scores,
                    on_progress=progress,
                )


def _score_file(
    job: _FileJob,
    columns: tuple[int, ...],
    header: bool,
    collection: str | None,
    plot: Path | None,
) -> None:
    # Asked for first: a collection that does not exist should not be found after an hour.
    background = None
    if job.json or collection is not None:
        background = job.session.scoring.background(job.model, collection)
    result = job.run(columns, header)
    if job.json:
        output.as_json_object(_members(result, background))
    else:
        _note_result(result)
    if note := job.session.scoring.cut(result.cut, job.model):
        diagnostics.note(note)
    if plot is not None:
        from app.scoring.pictures import draw_file

        draw_file(plot, result)


def _members(result: PairScores, background: Background | None) -> Iterator[tuple[str, Any]]:
    yield "pairs", len(result.scores)
    yield "spearman", result.spearman
    yield "auc", result.auc
    yield "scores", (round(value, DIGITS) for value in result.scores)
    yield "percentiles", None if background is None else _percentiles(result, background)
    yield "skipped", ({"line": line, "reason": reason} for line, reason in result.skipped)


def _percentiles(result: PairScores, background: Background) -> Iterator[float]:
    for start in range(0, len(result.scores), PERCENTILES_AT_ONCE):
        part = background.percentiles(result.scores[start : start + PERCENTILES_AT_ONCE])
        yield from part.round(PERCENT_DIGITS).tolist()


def _ignore(scores: NDArray[np.float32]) -> None:
    pass


def _write_scores(scores: NDArray[np.float32]) -> None:
    output.raw_line("\n".join(f"{value:.4f}" for value in scores.tolist()))


def _note_result(result: PairScores) -> None:
    for number, reason in result.skipped[:SHOWN_SKIPS]:
        diagnostics.note(f"line {number} was passed over: {reason}")
    if len(result.skipped) > SHOWN_SKIPS:
        more = len(result.skipped) - SHOWN_SKIPS
        diagnostics.note(f"... and {more} more; --json names them all")
    if result.skipped and not result.scores:
        diagnostics.note("no line holds a pair; name its columns, as in --columns 2,3,1")
    if not result.encoding.startswith("utf"):
        diagnostics.note(f"the file is not UTF-8; it was read as {result.encoding}")
    if result.spearman is not None:
        auc = "" if result.auc is None else f", AUC {result.auc:.4f}"
        diagnostics.note(f"{len(result.scores)} pairs, Spearman {result.spearman:.4f}{auc}")


def _size(stream: IO[bytes]) -> int | None:
    """Return the bytes of a regular file; None of anything else."""
    try:
        about = os.fstat(stream.fileno())
    except OSError:
        return None
    return about.st_size if stat.S_ISREG(about.st_mode) else None


def _score_matrix(
    session: Session, files: list[Path], model: str | None, json: bool, plot: Path | None
) -> None:
    rows = _texts(files[0])
    columns = _texts(files[1]) if len(files) > 1 else rows
    matrix = session.scoring.matrix(rows, columns, model)
    if note := session.scoring.cut([*rows, *columns] if len(files) > 1 else rows, model):
        diagnostics.note(note)
    if plot is not None:
        from app.scoring.pictures import draw_matrix

        draw_matrix(plot, matrix)
    if json:
        scores = ([round(v, DIGITS) for v in row.tolist()] for row in matrix.scored_rows())
        output.as_json_object((("rows", rows), ("columns", columns), ("scores", scores)))
    elif output.is_terminal():
        from app.cli import heatmap

        heatmap.show(matrix)
    else:
        output.as_csv(
            ("", *columns),
            (
                [text, *(f"{v:.6f}" for v in row.tolist())]
                for text, row in zip(rows, matrix.scored_rows(), strict=True)
            ),
        )


def _texts(path: Path) -> list[str]:
    from app.scoring.matrix import texts_of

    with opened(path) as stream:
        texts, skipped = texts_of(stream, called(path))
    for number, reason in skipped:
        diagnostics.note(f"{called(path)}: line {number} was passed over: {reason}")
    return texts
