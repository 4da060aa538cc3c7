"""Measure encoders on graded pairs: one alone, or two side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cores import usable_cores
from app.errors import UsageError
from app.scoring.pairs import PairFile
from app.session import Session
from jtcse_core.any_encoder import open_any
from jtcse_core.evaluation.comparison import Difference, compare_files
from jtcse_core.evaluation.pairs import PairMeasures, measure_pairs
from jtcse_core.evaluation.plots import check_plot_path, plot_encoders
from jtcse_core.evaluation.sts import Measured, StsReport, measure_sts_pairs, read_sts_files

if TYPE_CHECKING:
    from jtcse_core.encoding import IndexingEncoder


@dataclass(frozen=True)
class Opening:
    """How checkpoints are opened that do not say so themselves.

    Attributes:
        pooling: `mean` or `cls`; None for what the checkpoint says.
        allow_download: Whether a hub id may be fetched.
    """

    pooling: str | None = None
    allow_download: bool = False


@dataclass(frozen=True)
class StsMeasure:
    """Encoders on a folder of STS files.

    Attributes:
        reports: One an encoder.
        differences: Of the second from the first by file, when two were compared.
        mean: Of the means, likewise.
    """

    reports: Sequence[StsReport]
    differences: dict[str, Difference]
    mean: Difference | None


def open_encoder(session: Session, spec: str | None, opening: Opening) -> IndexingEncoder:
    """Open any encoder; None is the one that the settings name."""
    return open_any(
        spec or session.settings.encoder,
        encoders=session.paths.encoders,
        threads=min(session.settings.threads, usable_cores()),
        pooling=opening.pooling,
        allow_download=opening.allow_download,
    )


def measure_sts(
    session: Session,
    folder: Path,
    models: Sequence[str | None],
    *,
    opening: Opening = Opening(),
    plot: Path | None = None,
    on_step: Callable[[str], None] = lambda step: None,
) -> StsMeasure:
    """Measure one encoder, or compare two, on STS files.

    Args:
        session: Whose settings and installed encoders are used.
        folder: `NAME.tsv` files, or one such file.
        models: One encoder or two, as `open_any` takes them.
        opening: How checkpoints are opened.
        plot: Where to draw similarity against gold and the space's geometry.
        on_step: Told what is being measured, and where no correlation is defined.

    Raises:
        DataError: A file is missing or not of the layout.
        CoreError: An encoder or the picture cannot be had.
    """
    if plot is not None:
        check_plot_path(plot)
    files = read_sts_files(folder)
    encoders = [open_encoder(session, model, opening) for model in models]
    measured: dict[str, list[Measured]] = {}
    reports = []
    for number, encoder in enumerate(encoders):
        name = encoder.name if number == 0 or encoder.name not in measured else f"{encoder.name} ²"
        rows = measured.setdefault(name, [])
        for task, pairs in files.items():
            on_step(f"{name}: {task}")
            rows.append(measure_sts_pairs(encoder, pairs))
            if rows[-1].undefined:
                on_step(f"{name}: {task}: {rows[-1].undefined}")
        scores = [row.spearman for row in rows]
        reports.append(StsReport.of(name, dict(zip(files, scores, strict=True))))
    if plot is not None:
        plot_encoders(plot, measured)
    if len(reports) == 1:
        return StsMeasure(reports, {}, None)
    first, second = measured.values()
    each, mean = compare_files(
        [(x.cosines, y.cosines, x.gold) for x, y in zip(first, second, strict=True)]
    )
    return StsMeasure(reports, dict(zip(files, each, strict=True)), mean)


def measure_pair_file(
    session: Session, pairs: PairFile, model: str | None, opening: Opening
) -> tuple[str, PairMeasures]:
    """Measure an encoder on a file of pairs; returns its name and the measures.

    Raises:
        UsageError: No line has gold.
    """
    rows = [(pair.a, pair.b, pair.gold) for pair in pairs if pair.gold is not None]
    if not rows:
        raise UsageError("no line of the file has gold", "say where it is: --columns A,B,GOLD")
    encoder = open_encoder(session, model, opening)
    vectors = encoder.encode([row[0] for row in rows] + [row[1] for row in rows])
    cosines = (vectors[: len(rows)] * vectors[len(rows) :]).sum(axis=1)
    return encoder.name, measure_pairs(cosines, [row[2] for row in rows])
