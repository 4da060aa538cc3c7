"""Scores as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UsageError
from app.visible import visible_line

if TYPE_CHECKING:
    from app.scoring.files import PairScores
    from app.scoring.matrix import Matrix

MAX_CELLS = 25_000_000
"""Of a heat map: beyond it no two cells could be told apart, and the memory would not do."""


def draw_file(path: Path, result: PairScores) -> None:
    """Draw a file's similarities against gold; without gold, how they are spread.

    Raises:
        UsageError: No pair was scored.
        CoreError: The picture cannot be made.
    """
    from app.scoring.files import with_gold
    from jtcse_core.evaluation.score_plots import plot_agreement, plot_spread

    if not result.scores:
        raise UsageError("no pair was scored, so there is nothing to draw", "see --columns")
    if not result.golds:
        import numpy as np

        plot_spread(path, np.frombuffer(result.scores, dtype=np.float32))
        return
    scores, golds = with_gold(result)
    plot_agreement(path, scores, golds, result.spearman)


def draw_matrix(path: Path, matrix: Matrix) -> None:
    """Draw a matrix as a heat map.

    Raises:
        UsageError: It is too large for a picture.
        CoreError: The picture cannot be made.
    """
    from jtcse_core.evaluation.score_plots import plot_heat_map

    rows, columns = len(matrix.rows), len(matrix.columns)
    if rows * columns > MAX_CELLS:
        raise UsageError(f"{rows} × {columns} cells are too many to draw", "draw parts of them")
    plot_heat_map(
        path,
        [visible_line(text) for text in matrix.rows],
        [visible_line(text) for text in matrix.columns],
        matrix.block(0, rows),
    )
