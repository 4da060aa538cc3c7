"""Is one better than another, or was it chance? A paired bootstrap over pairs, or queries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.errors import DataError
from jtcse_core.evaluation.metrics import spearman

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """How much better the second is than the first: Spearman × 100, or a mean over queries.

    Attributes:
        first: The first one's score.
        second: The second's.
        low: Lower end of the 95 % interval of second − first.
        high: Upper end.
    """

    first: float
    second: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Second minus first."""
        return self.second - self.first

    @property
    def significant(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def compare_means(
    first: ArrayLike, second: ArrayLike, *, resamples: int = RESAMPLES, seed: int = 0
) -> Difference:
    """Compare the means of two measurements of the same n queries, resampled together.

    Args:
        first: n values of the first.
        second: n values of the second.
        resamples: Number of bootstrap samples.
        seed: Of the samples.

    Raises:
        DataError: The lengths differ, or there are fewer than two queries.
    """
    a, b = (np.asarray(x, dtype=np.float64) for x in (first, second))
    if len(a) != len(b) or len(a) < 2:
        raise DataError("two searches are compared on the same queries, two at least", "")
    gaps = b - a
    rng = np.random.default_rng(seed)
    samples = np.array([gaps[rng.integers(len(a), size=len(a))].mean() for _ in range(resamples)])
    return _difference(float(a.mean()), float(b.mean()), samples)


def compare_files(
    files: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[list[Difference], Difference]:
    """Compare two encoders on several files, and on the mean over them.

    Both are resampled together (Efron and Tibshirani 1993, chapter 13: percentile interval),
    so that what makes a pair hard for both cancels out.

    Args:
        files: For each, scores of the first encoder, of the second, and gold.
        resamples: Number of bootstrap samples.
        seed: Of the samples.

    Returns:
        One difference a file, and that of the means; nan where a correlation is not defined.

    Raises:
        DataError: There is no file, lengths differ, or a file has fewer than two pairs.
    """
    if not files:
        raise DataError("there is nothing to compare on", "")
    rng = np.random.default_rng(seed)  # one for all: files of one length would be drawn alike
    rows = [_scores_and_samples(*file, resamples, rng) for file in files]
    first = sum(row[0] for row in rows) / len(rows)
    second = sum(row[1] for row in rows) / len(rows)
    samples = np.stack([row[2] for row in rows]).mean(axis=0)
    return [_difference(*row) for row in rows], _difference(first, second, samples)


def _scores_and_samples(
    first: ArrayLike,
    second: ArrayLike,
    gold: ArrayLike,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[float, float, NDArray[np.float64]]:
    a, b, g = (np.asarray(x, dtype=np.float64) for x in (first, second, gold))
    if not len(a) == len(b) == len(g) or len(g) < 2:
        raise DataError("two encoders are compared on the same pairs, two at least", "")
    samples = np.empty(resamples)
    for i in range(resamples):
        drawn = rng.integers(len(g), size=len(g))
        samples[i] = spearman(b[drawn], g[drawn]) - spearman(a[drawn], g[drawn])
    return 100 * spearman(a, g), 100 * spearman(b, g), 100 * samples


def _difference(first: float, second: float, samples: NDArray[np.float64]) -> Difference:
    tail = (1 - CONFIDENCE) / 2
    low, high = _quantiles(samples, (tail, 1 - tail))
    return Difference(first, second, low, high)


def _quantiles(values: NDArray[np.float64], at: tuple[float, float]) -> tuple[float, float]:
    if np.isnan(values).all():
        return math.nan, math.nan
    low, high = np.nanquantile(values, at)
    return float(low), float(high)
