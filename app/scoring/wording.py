"""What a cosine means, in words; without numpy, for the interface."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

_SURE = 99.95


def percentile_of(score: float, quantiles: Sequence[float]) -> float:
    """Return the percentage of unrelated pairs below a score.

    Args:
        score: A cosine.
        quantiles: Evenly spaced quantiles of the cosines of unrelated pairs, ascending.
    """
    if score <= quantiles[0]:
        return 0.0
    if score >= quantiles[-1]:
        return 100.0
    at = bisect_right(quantiles, score)
    low, high = quantiles[at - 1], quantiles[at]
    return 100 * (at - 1 + (score - low) / (high - low)) / (len(quantiles) - 1)


def describe(percentile: float, of: str = "unrelated pairs") -> str:
    """Put a percentile in words: `closer than 99.2 % of unrelated pairs`."""
    if percentile >= 100:
        return f"closer than all {of}"
    if percentile >= _SURE:
        return f"closer than 99.9 % of {of}"
    if percentile <= 0:
        return f"further apart than all {of}"
    if percentile < 50:
        return f"further apart than {100 - percentile:.1f} % of {of}"
    return f"closer than {percentile:.1f} % of {of}"
