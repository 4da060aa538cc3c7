"""Alignment and uniformity of a space of unit vectors (Wang and Isola, arXiv 2005.10242)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ROWS = 4000
"""Rows that uniformity compares with each other; more would not change its digits."""

POSITIVE_SHARE = 0.8
"""A graded pair counts as positive from this share of the highest grade (4 of 5)."""


@dataclass(frozen=True)
class Geometry:
    """How a space lies.

    Attributes:
        alignment: Mean squared distance between positives; lower is better.
        uniformity: Log of the mean Gaussian potential between sentences; lower is better.
    """

    alignment: float
    uniformity: float


def alignment(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the mean of ‖a_i − b_i‖² over positives, each (n, d) of unit rows; nan for none."""
    return float(((a - b) ** 2).sum(axis=1).mean()) if len(a) else math.nan


def uniformity(x: NDArray[np.float32]) -> float:
    """Return log E exp(−2‖x_i − x_j‖²) over pairs i < j of (n, d) unit rows; nan below two."""
    x = x[:MAX_ROWS]
    if len(x) < 2:
        return math.nan
    squared = np.maximum(2.0 - 2.0 * (x @ x.T)[np.triu_indices(len(x), k=1)], 0.0)
    return float(np.log(np.exp(-2.0 * squared).mean()))


def measure_geometry(
    a: NDArray[np.float32], b: NDArray[np.float32], gold: NDArray[np.float64]
) -> Geometry:
    """Measure graded pairs: positives are those near the highest grade."""
    positive = gold >= POSITIVE_SHARE * gold.max()
    distinct = np.unique(np.concatenate([a, b]), axis=0)
    return Geometry(alignment(a[positive], b[positive]), uniformity(distinct))
