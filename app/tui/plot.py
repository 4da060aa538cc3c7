"""A curve in a few rows of text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

BLOCKS = " ▁▂▃▄▅▆▇█"


def plot(values: Sequence[float], width: int, height: int) -> list[str]:
    """Draw values as columns, the highest and lowest named at the left.

    Args:
        values: What is drawn, in order; of more than there are columns, the mean of each share.
        width: Columns for the values.
        height: Rows.
    """
    columns = _resampled(values, width)
    low, high = min(columns), max(columns)
    reach = (high - low) or 1.0
    levels = [round((value - low) / reach * (height * 8 - 1)) + 1 for value in columns]
    rows = []
    for row in range(height - 1, -1, -1):
        label = f"{high:>10.4g}" if row == height - 1 else f"{low:>10.4g}" if row == 0 else " " * 10
        cells = "".join(BLOCKS[min(8, max(0, level - row * 8))] for level in levels)
        rows.append(f"{label} |{cells}".rstrip())
    return rows


def _resampled(values: Sequence[float], width: int) -> list[float]:
    if len(values) <= width:
        return list(values)
    edges = [round(i * len(values) / width) for i in range(width + 1)]
    parts = [values[a:b] for a, b in itertools.pairwise(edges)]
    return [sum(part) / len(part) for part in parts]
