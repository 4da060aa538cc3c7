"""A matrix on a terminal: numbered rows and columns, values on colours."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

from app.cli import diagnostics, output
from app.scoring.heat import heat
from app.visible import visible_line

if TYPE_CHECKING:
    from app.scoring.matrix import Matrix

CELL = 6
MIN_LABEL = 12


def show(matrix: Matrix) -> None:
    """Write a matrix, as many columns as the terminal holds, and the columns' texts under it."""
    width = output.width()
    digits = len(str(len(matrix.rows)))
    room = max(MIN_LABEL, width // 3, width - 1 - CELL * len(matrix.columns))
    labels = [f"{i:>{digits}} {visible_line(text)}" for i, text in enumerate(matrix.rows, start=1)]
    label = min(room, max(cells(text) for text in labels))
    shown = max(1, min(len(matrix.columns), (width - label - 1) // CELL))
    heading = "".join(f"{i:>{CELL - 1}} " for i in range(1, shown + 1))
    output.raw_line(f"{' ' * label} {heading}".rstrip())
    for text, scores in zip(labels, matrix.scored_rows(shown), strict=True):
        output.raw_line(f"{fitted(text, label)} {''.join(map(_cell, scores))}".rstrip())
    if matrix.columns is not matrix.rows:
        _show_columns(matrix, shown, width)
    if shown < len(matrix.columns):
        diagnostics.note(
            f"columns 1 to {shown} of {len(matrix.columns)} are shown; widen the terminal, or "
            "send the output to a file, which gets all of them as CSV"
        )


def _show_columns(matrix: Matrix, shown: int, width: int) -> None:
    output.line()
    digits = len(str(shown))
    for i, text in enumerate(islice(matrix.columns, shown), start=1):
        output.raw_line(fitted(f"{i:>{digits}} {visible_line(text)}", width).rstrip())


def _cell(score: float) -> str:
    colours = heat(score)
    return output.coloured(f"{score:{CELL - 1}.2f} ", colours.foreground, colours.background)


def fitted(text: str, width: int) -> str:
    """Cut or pad a line to a width in cells of the terminal."""
    used = cells(text)
    if used <= width:
        return text + " " * (width - used)
    kept, used = [], 0
    for char in text:
        step = cells(char)
        if used + step > width - 1:
            break
        kept.append(char)
        used += step
    return "".join(kept) + "…" + " " * (width - used - 1)


def cells(text: str) -> int:
    """Count the cells of a terminal that a line takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
