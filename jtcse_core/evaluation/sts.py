"""Semantic textual similarity: read graded pairs, correlate them with cosines.

Spearman is taken over a file as a whole, which is SentEval's "all" setting: pairs of all
sources are ranked together instead of averaging a correlation per source.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.encoding import SentenceEncoder
from jtcse_core.errors import DataError
from jtcse_core.evaluation.geometry import Geometry, measure_geometry
from jtcse_core.evaluation.metrics import spearman
from jtcse_core.events import OnEvent, StsTaskScored, ignore

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIX = ".tsv"
LAYOUT_HINT = "a line is score<TAB>sentence1<TAB>sentence2, without a header"


@dataclass(frozen=True)
class StsPair:
    """Two sentences and how similar people find them.

    Attributes:
        score: The gold grade, on whichever scale the file uses.
        a: First sentence.
        b: Second sentence.
    """

    score: float
    a: str
    b: str


@dataclass(frozen=True)
class StsReport:
    """An encoder's agreement with people.

    Attributes:
        model: The encoder's name.
        tasks: Spearman × 100 by file, in the order of their names.
        avg: Mean over the files.
    """

    model: str
    tasks: dict[str, float]
    avg: float

    @classmethod
    def of(cls, model: str, tasks: Mapping[str, float]) -> StsReport:
        """Report an encoder's scores by file, one at least."""
        return cls(model, dict(tasks), sum(tasks.values()) / len(tasks))


@dataclass(frozen=True)
class Measured:
    """An encoder's scores of one file of pairs.

    Attributes:
        cosines: n cosines.
        gold: n grades.
        geometry: Alignment and uniformity on them.
    """

    cosines: NDArray[np.float32]
    gold: NDArray[np.float64]
    geometry: Geometry

    @property
    def spearman(self) -> float:
        """Spearman × 100 between cosines and gold; nan when either is constant."""
        return 100 * spearman(self.cosines, self.gold)

    @property
    def undefined(self) -> str:
        """Why no correlation is defined, in words; empty where one is."""
        if not math.isnan(self.spearman):
            return ""
        alike = "grades" if self.gold.min() == self.gold.max() else "cosines"
        return f"all {alike} are alike, so no correlation is defined"


def read_sts(path: Path) -> list[StsPair]:
    """Read a file of `score<TAB>sentence1<TAB>sentence2[<TAB>...]`, one pair a line.

    Raises:
        DataError: The file cannot be read, holds no pair, or a line is not of that form.
    """
    pairs = []
    try:
        with path.open(encoding="utf-8", newline="\n") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    pairs.append(_parse(line.rstrip("\r\n"), path, number))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}", LAYOUT_HINT) from error
    if not pairs:
        raise DataError(f"{path} holds no pair", LAYOUT_HINT)
    return pairs


def _parse(line: str, path: Path, number: int) -> StsPair:
    fields = line.split("\t")
    if len(fields) < 3:
        raise DataError(f"{path}:{number} has {len(fields)} of 3 fields", LAYOUT_HINT)
    try:
        score = float(fields[0])
    except ValueError as error:
        raise DataError(f"{path}:{number}: {fields[0]!r} is no score", LAYOUT_HINT) from error
    if not math.isfinite(score):
        raise DataError(f"{path}:{number}: {fields[0]!r} is no score", LAYOUT_HINT)
    return StsPair(score, fields[1], fields[2])


def sts_files(folder: Path) -> list[Path]:
    """Return the STS files of a folder in the order of their names; a file stands for itself.

    Raises:
        DataError: There is none.
    """
    if folder.is_file():
        return [folder]
    files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    if not files:
        raise DataError(f"{folder} holds no STS file", f"it needs NAME{SUFFIX}; {LAYOUT_HINT}")
    return files


def read_sts_files(folder: Path) -> dict[str, list[StsPair]]:
    """Read every STS file of a folder, or one such file; by name without suffix.

    All are read first: a bad file should not be found after minutes of encoding.

    Raises:
        DataError: There is none, or one cannot be read.
    """
    return {path.stem: read_sts(path) for path in sts_files(folder)}


def measure_sts_pairs(encoder: SentenceEncoder, pairs: Sequence[StsPair]) -> Measured:
    """Encode graded pairs, one at least, and hold cosines against grades."""
    a, b = _pair_vectors(encoder, pairs)
    gold = np.array([pair.score for pair in pairs])
    return Measured(_cosines(a, b), gold, measure_geometry(a, b, gold))


def score_pairs(encoder: SentenceEncoder, pairs: Sequence[StsPair]) -> float:
    """Return Spearman × 100 between cosines and gold; nan when either is constant."""
    return 100 * spearman(_cosines(*_pair_vectors(encoder, pairs)), [p.score for p in pairs])


def _pair_vectors(
    encoder: SentenceEncoder, pairs: Sequence[StsPair]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    vectors = encoder.encode([p.a for p in pairs] + [p.b for p in pairs])
    return vectors[: len(pairs)], vectors[len(pairs) :]


def _cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = (a * b).sum(axis=1)
    return cosines


def evaluate_sts(encoder: SentenceEncoder, folder: Path, on_event: OnEvent = ignore) -> StsReport:
    """Evaluate an encoder on every STS file of a folder.

    Args:
        encoder: Any encoder.
        folder: A folder of `NAME.tsv`, or one such file.
        on_event: Told each file's score as it is known.

    Raises:
        DataError: There is no file, or one cannot be read.
    """
    files = read_sts_files(folder)
    tasks: dict[str, float] = {}
    for name, pairs in files.items():
        tasks[name] = score_pairs(encoder, pairs)
        on_event(StsTaskScored(name, tasks[name], len(tasks), len(files)))
    return StsReport.of(encoder.name, tasks)
