"""Semantic textual similarity: read graded pairs, correlate them with cosines.

Spearman is taken over a file as a whole, which is SentEval's "all" setting: pairs of all
sources are ranked together instead of averaging a correlation per source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.encoding import SentenceEncoder
from jtcse_core.errors import DataError
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


def pair_cosines(encoder: SentenceEncoder, pairs: list[StsPair]) -> NDArray[np.float32]:
    """Return the cosine of each pair: float32, (n,)."""
    vectors = encoder.encode([p.a for p in pairs] + [p.b for p in pairs])
    cosines: NDArray[np.float32] = np.einsum(
        "nd,nd->n", vectors[: len(pairs)], vectors[len(pairs) :]
    )
    return cosines


def score_pairs(encoder: SentenceEncoder, pairs: list[StsPair]) -> float:
    """Return Spearman × 100 between cosines and gold; nan when either is constant."""
    return 100 * spearman(pair_cosines(encoder, pairs), [p.score for p in pairs])


def evaluate_sts(encoder: SentenceEncoder, folder: Path, on_event: OnEvent = ignore) -> StsReport:
    """Evaluate an encoder on every STS file of a folder.

    Args:
        encoder: Any encoder.
        folder: A folder of `NAME.tsv`, or one such file.
        on_event: Told each file's score as it is known.

    Raises:
        DataError: There is no file, or one cannot be read.
    """
    # All are read first: a bad file should not be found after minutes of encoding.
    pairs = {path.stem: read_sts(path) for path in sts_files(folder)}
    tasks: dict[str, float] = {}
    for name, rows in pairs.items():
        tasks[name] = score_pairs(encoder, rows)
        on_event(StsTaskScored(name, tasks[name], len(tasks), len(pairs)))
    return StsReport(encoder.name, tasks, sum(tasks.values()) / len(tasks))
