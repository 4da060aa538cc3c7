"""How alike texts are that have nothing to do with each other, by an encoder's measure.

A cosine means little by itself: one encoder gives unrelated sentences 0.05, another 0.4. The
background is the distribution of cosines between unrelated sentences. It is measured when
an encoder is exported and kept in its card, outside the fingerprint: it changes no vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.encoding import SentenceEncoder

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

QUANTILES = 201
"""Kept of a background: every half percent, the lowest and the highest cosine included."""

_DIGITS = 4


def unrelated_sentences() -> list[str]:
    """Return sentences no two of which are about the same thing."""
    path = Path(__file__).parent / "data" / "unrelated.txt"
    return path.read_text(encoding="utf-8").splitlines()


def measure_background(encoder: SentenceEncoder) -> tuple[float, ...]:
    """Return the quantiles of the cosines between unrelated sentences, for the card."""
    vectors = encoder.encode(unrelated_sentences())
    upper = np.triu_indices(len(vectors), k=1)
    return quantiles((vectors @ vectors.T)[upper])


def quantiles(cosines: NDArray[np.float32]) -> tuple[float, ...]:
    """Return `QUANTILES` evenly spaced quantiles, ascending, of n > 0 cosines."""
    values = np.quantile(cosines, np.linspace(0, 1, QUANTILES))
    return tuple(round(float(value), _DIGITS) for value in values)


def percentiles(scores: ArrayLike, background: Sequence[float]) -> NDArray[np.float64]:
    """Return for each score the percentage, 0 to 100, of the background that is below it.

    Args:
        scores: n cosines.
        background: Evenly spaced quantiles, ascending.
    """
    values = np.asarray(scores, dtype=np.float64)
    return np.interp(values, background, np.linspace(0, 100, len(background)))
