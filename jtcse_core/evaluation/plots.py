"""Pictures of an encoder, written to a file: similarity against gold, and the space's geometry."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jtcse_core.errors import ConfigError, MissingDependency, OutputError

if TYPE_CHECKING:
    from jtcse_core.evaluation.sts import Measured

SUFFIXES = (".png", ".svg", ".pdf")
BINS = 10


def check_plot_path(path: Path) -> None:
    """Refuse a picture that cannot be made, before minutes of measuring.

    Raises:
        ConfigError: The format is unknown, or there is no such folder.
        MissingDependency: matplotlib is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"{path} is no picture", f"it ends in {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise ConfigError(f"{path.parent} is no folder", "make it, or draw elsewhere")
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingDependency("pictures need matplotlib", "pip install 'jtcse[train]'") from error


def plot_encoders(path: Path, measured: Mapping[str, Sequence[Measured]]) -> None:
    """Draw similarity against gold, and alignment against uniformity, for each encoder.

    Args:
        path: The picture; its suffix says the format.
        measured: By encoder, one entry a file.

    Raises:
        ConfigError: The format is unknown.
        MissingDependency: matplotlib is missing.
        OutputError: The picture cannot be written.
    """
    check_plot_path(path)
    figure = new_figure(11, 4.5)
    left, right = figure.subplots(1, 2)
    for number, (name, files) in enumerate(measured.items()):
        _draw_calibration(left, name, files, f"C{number}")
        geometry = [file.geometry for file in files]
        right.scatter(
            np.mean([g.uniformity for g in geometry]),
            np.mean([g.alignment for g in geometry]),
            color=f"C{number}",
            label=name,
        )
    left.set(xlabel="gold, as a share of the highest grade", ylabel="cosine")
    right.set(xlabel="uniformity (lower is better)", ylabel="alignment (lower is better)")
    left.legend()
    right.legend()
    save_figure(figure, path)


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure, sizes in inches; no global state, no window system."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Any, path: Path) -> None:
    """Write a figure.

    Raises:
        OutputError: It cannot be written.
    """
    with warnings.catch_warnings():
        # Of characters that its font lacks: they are drawn as boxes, which shows it as well.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        try:
            figure.savefig(path, dpi=150)
        except OSError as error:
            raise OutputError.of(path, error) from error


def _draw_calibration(axes: Any, name: str, files: Sequence[Measured], colour: str) -> None:
    """Draw all pairs faintly, and the median with its quartiles over bins of gold."""
    gold = np.concatenate([file.gold / max(float(file.gold.max()), 1e-9) for file in files])
    cosines = np.concatenate([file.cosines for file in files])
    axes.plot(gold, cosines, ",", color=colour, alpha=0.3)
    bins = np.clip((gold * BINS).astype(int), 0, BINS - 1)
    filled = [b for b in range(BINS) if (bins == b).any()]
    quartiles = np.array([np.quantile(cosines[bins == b], (0.25, 0.5, 0.75)) for b in filled])
    centres = [float(gold[bins == b].mean()) for b in filled]
    axes.plot(centres, quartiles[:, 1], "o-", color=colour, label=name)
    axes.fill_between(centres, quartiles[:, 0], quartiles[:, 2], color=colour, alpha=0.15)
