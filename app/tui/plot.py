"""A curve in a few rows of text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import isfinite

BLOCKS = " ▁▂▃▄▅▆▇█"


def plot(values: Sequence[float], width: int, height: int) -> list[str]:
    """Draw values as columns, the highest and lowest named at the left.

    Args:
        values: What is drawn, in order; of more than there are columns, the mean of each share.
            Those that are no numbers, as of a run that diverged, are left out.
        width: Columns for the values.
        height: Rows.
    """
    columns = _resampled([value for value in values if isfinite(value)], width)
    if not columns:
        return ["no value is a number"]
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
        each = width // max(1, len(values))
        return [value for value in values for _ in range(each)]
    edges = [round(i * len(values) / width) for i in range(width + 1)]
    parts = [values[a:b] for a, b in itertools.pairwise(edges)]
    return [sum(part) / len(part) for part in parts]


Point = tuple[float, float]

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the eight dots of a Braille cell, by row and column."""


def scatter(points: Sequence[Point], width: int, height: int) -> list[str]:
    """Draw points, two by four to a cell, the ends of both axes named.

    Args:
        points: What is drawn: across, and up.
        width: Columns, the labels at the left included.
        height: Rows, the labels below included.
    """
    across, up = [x for x, _ in points], [y for _, y in points]
    left, right, low, high = min(across), max(across), min(up), max(up)
    columns, rows = max(1, width - 8), max(1, height - 1)
    cells = [[0] * columns for _ in range(rows)]
    for x, y in points:
        i = _place(x, left, right, 2 * columns)
        j = 4 * rows - 1 - _place(y, low, high, 4 * rows)
        cells[j // 4][i // 2] |= _DOTS[j % 4][i % 2]
    drawn = []
    for number, row in enumerate(cells):
        label = high if number == 0 else low if number == rows - 1 else None
        name = "" if label is None else f"{label:.4g}"
        drawn.append(f"{name:>6} │" + "".join(chr(0x2800 + bits) if bits else " " for bits in row))
    ends = f"{left:.4g}", f"{right:.4g}"
    gap = " " * max(1, columns - len(ends[0]) - len(ends[1]))
    return [*(row.rstrip() for row in drawn), f"{'':>6} └{ends[0]}{gap}{ends[1]}"[:width]]


def _place(value: float, low: float, high: float, steps: int) -> int:
    if high <= low:
        return steps // 2
    return min(steps - 1, int((value - low) / (high - low) * steps))


def histogram(values: Sequence[float], width: int, height: int) -> list[str]:
    """Draw how many values lie where, the ends of the axis named below."""
    low, high = min(values), max(values)
    columns = max(1, width - 12)
    counts = [0.0] * columns
    for value in values:
        counts[_place(value, low, high, columns)] += 1
    ends = f"{low:.4g}", f"{high:.4g}"
    gap = " " * max(1, columns - len(ends[0]) - len(ends[1]))
    return [*plot(counts, columns, max(1, height - 1)), f"{'':>12}{ends[0]}{gap}{ends[1]}"[:width]]
