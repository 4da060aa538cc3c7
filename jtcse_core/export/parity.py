"""Does the exported encoder do what its source does? Measured on real sentences."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.errors import ExportError
from jtcse_core.evaluation.metrics import spearman

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_MEAN_COSINE = 0.98
MIN_RANK_AGREEMENT = 0.98


@dataclass(frozen=True)
class Parity:
    """How well an export agrees with its source.

    Attributes:
        sentences: Sentences compared.
        mean_cosine: Mean cosine between a sentence's two vectors.
        min_cosine: The lowest of them.
        rank_agreement: Spearman correlation between the cosines of all sentence pairs.
    """

    sentences: int
    mean_cosine: float
    min_cosine: float
    rank_agreement: float

    def check(self) -> None:
        """Refuse an export that would rank differently from its source.

        Raises:
            ExportError: A bound is passed.
        """
        if self.mean_cosine >= MIN_MEAN_COSINE and self.rank_agreement >= MIN_RANK_AGREEMENT:
            return
        raise ExportError(
            f"the int8 encoder disagrees with its source: mean cosine {self.mean_cosine:.4f} "
            f"(at least {MIN_MEAN_COSINE}), rank agreement {self.rank_agreement:.4f} "
            f"(at least {MIN_RANK_AGREEMENT})",
            "nothing was written; this checkpoint does not survive int8",
        )

    def as_dict(self) -> dict[str, float | int]:
        """Return the figures rounded for the card."""
        return {k: round(v, 5) if isinstance(v, float) else v for k, v in asdict(self).items()}


def parity_sentences() -> list[str]:
    """Return the sentences that every export is compared on."""
    path = Path(__file__).parent.parent / "data" / "parity.txt"
    return path.read_text(encoding="utf-8").splitlines()


def measure_parity(source: NDArray[np.float32], exported: NDArray[np.float32]) -> Parity:
    """Compare two encoders' unit vectors of the same sentences, each (n, dim)."""
    cosines = (source * exported).sum(axis=1)
    upper = np.triu_indices(len(source), k=1)
    agreement = spearman((source @ source.T)[upper], (exported @ exported.T)[upper])
    return Parity(len(source), float(cosines.mean()), float(cosines.min()), agreement)
