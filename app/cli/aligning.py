"""`jtcse align`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output
from app.cli.calling import Context
from app.cli.heatmap import fitted
from app.cli.options import JsonOption
from app.cli.scoring import ModelOption
from app.errors import UsageError
from app.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.scoring.alignment import Alignment, Sentence

DIGITS = 6
SCORE_CELLS = 6


def align(
    context: Context,
    document_a: Annotated[Path, typer.Argument(metavar="DOC_A", help="A document.")],
    document_b: Annotated[Path, typer.Argument(metavar="DOC_B", help="Another.")],
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="COSINE",
            help="Match from this cosine on; by default well above unrelated sentences.",
        ),
    ] = None,
    model: ModelOption = None,
    json: JsonOption = False,
) -> None:
    """Match the sentences of two documents by meaning, and show those that only one has.

    Any format that can be indexed. No sentence is matched twice.
    """
    if threshold is not None and not -1 <= threshold <= 1:
        raise UsageError(f"--threshold {threshold:g} is no cosine", "it is between -1 and 1")
    scoring = context.session.scoring
    a, b = scoring.sentences(document_a), scoring.sentences(document_b)
    alignment = scoring.align(a, b, model, threshold=threshold)
    if json:
        output.as_json_object(
            (
                ("pairs", (_pair(alignment, i) for i in range(len(alignment.matches)))),
                ("unmatched_a", (_sentence(alignment.a[i]) for i in alignment.unmatched_a)),
                ("unmatched_b", (_sentence(alignment.b[i]) for i in alignment.unmatched_b)),
            )
        )
        return
    _show(alignment, document_a, document_b)


def _pair(alignment: Alignment, index: int) -> dict[str, Any]:
    match = alignment.matches[index]
    return {
        "a": _sentence(alignment.a[match.a]),
        "b": _sentence(alignment.b[match.b]),
        "score": round(match.score, DIGITS),
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "line": sentence.line}


def _show(alignment: Alignment, path_a: Path, path_b: Path) -> None:
    numbers = max(len(str(s.line)) for s in (*alignment.a, *alignment.b))
    for match in alignment.matches:
        a, b = alignment.a[match.a], alignment.b[match.b]
        output.raw_line(_row(output.bold(f"{match.score:<{SCORE_CELLS}.3f}"), a, numbers))
        output.raw_line(_row(" " * SCORE_CELLS, b, numbers))
        output.line()
    _show_unmatched(path_a, [alignment.a[i] for i in alignment.unmatched_a], numbers)
    _show_unmatched(path_b, [alignment.b[i] for i in alignment.unmatched_b], numbers)
    diagnostics.note(
        f"{len(alignment.matches)} sentences matched from a cosine of {alignment.threshold:.2f} "
        f"on; {len(alignment.unmatched_a)} of {len(alignment.a)} only in {path_a.name}, "
        f"{len(alignment.unmatched_b)} of {len(alignment.b)} only in {path_b.name}"
    )


def _show_unmatched(path: Path, sentences: Sequence[Sentence], numbers: int) -> None:
    if not sentences:
        return
    output.raw_line(output.bold(f"Only in {visible_line(str(path))}"))
    for sentence in sentences:
        output.raw_line(_row(" " * SCORE_CELLS, sentence, numbers))
    output.line()


def _row(start: str, sentence: Sentence, numbers: int) -> str:
    """Put a sentence on one line of a terminal; whole where no terminal is."""
    text = visible_line(sentence.text)
    if output.is_terminal():
        text = fitted(text, max(output.width() - SCORE_CELLS - numbers - 2, 20)).rstrip()
    return f"{start}{sentence.line:>{numbers}}  {text}"
