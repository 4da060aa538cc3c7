"""Pictures of scores: similarity against gold, how similarities are spread, a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.evaluation.plots import check_plot_path, new_figure, save_figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELLED = 60
"""Rows or columns up to which each has its text beside it; more have numbers."""

SHOWN_VALUES = 20
LABEL_CHARS = 32
_DOTS = 20_000
_BINS = 60


def plot_agreement(
    path: Path, cosines: NDArray[np.float32], gold: NDArray[np.float64], spearman: float | None
) -> None:
    """Draw each pair's similarity against its gold.

    Args:
        path: The picture; its suffix says the format.
        cosines: n cosines.
        gold: n grades.
        spearman: Their correlation, for the title; None when there is none.

    Raises:
        ConfigError: The format is unknown.
        MissingDependency: matplotlib is missing.
        OutputError: The picture cannot be written.
    """
    check_plot_path(path)
    figure = new_figure(7, 5)
    axes = figure.subplots()
    # Dots, which thousands of pairs would make too many of, are drawn as one picture.
    many = len(cosines) > _DOTS
    size, alpha = (1, 0.15) if many else (8, 0.35)
    axes.scatter(gold, cosines, s=size, alpha=alpha, linewidths=0, rasterized=len(cosines) > 2000)
    title = f"{len(cosines):,} pairs"
    if spearman is not None:
        title += f", Spearman {spearman:.4f}"
    axes.set(xlabel="gold", ylabel="cosine", title=title)
    axes.grid(alpha=0.3)
    save_figure(figure, path)


def plot_spread(path: Path, cosines: NDArray[np.float32]) -> None:
    """Draw how many pairs have which similarity; raises as `plot_agreement`."""
    check_plot_path(path)
    figure = new_figure(7, 5)
    axes = figure.subplots()
    axes.hist(cosines, bins=_BINS)
    axes.set(xlabel="cosine", ylabel="pairs", title=f"{len(cosines):,} pairs")
    axes.grid(alpha=0.3)
    save_figure(figure, path)


def plot_heat_map(
    path: Path, rows: Sequence[str], columns: Sequence[str], scores: NDArray[np.float32]
) -> None:
    """Draw a matrix of similarities; raises as `plot_agreement`.

    Args:
        path: The picture; its suffix says the format.
        rows: n texts, printable.
        columns: m texts, printable.
        scores: n × m cosines.
    """
    check_plot_path(path)
    height = min(max(4.0, 0.25 * len(rows) + 2), 20)
    width = min(max(5.0, 0.3 * len(columns) + 4), 24)
    figure = new_figure(width, height)
    axes = figure.subplots()
    image = axes.imshow(scores, vmin=0, vmax=1, cmap="viridis", aspect="auto")
    figure.colorbar(image, ax=axes, label="cosine")
    if len(rows) <= LABELLED:
        axes.set_yticks(range(len(rows)), _labels(rows), parse_math=False)
    if len(columns) <= LABELLED:
        axes.set_xticks(
            range(len(columns)), _labels(columns), rotation=60, ha="right", parse_math=False
        )
    if len(rows) <= SHOWN_VALUES and len(columns) <= SHOWN_VALUES:
        for i, row in enumerate(scores.tolist()):
            for j, value in enumerate(row):
                colour = "black" if value > 0.6 else "white"
                axes.text(j, i, f"{value:.2f}", ha="center", va="center", color=colour, fontsize=7)
    save_figure(figure, path)


def _labels(texts: Sequence[str]) -> list[str]:
    return [t if len(t) <= LABEL_CHARS else f"{t[: LABEL_CHARS - 1]}…" for t in texts]
