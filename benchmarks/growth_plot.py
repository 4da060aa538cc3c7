"""Draw how searches grow with the collection: `python -m benchmarks.growth_plot JSON OUT.svg`.

JSON is the last line that `benchmarks.scale` prints, in a file. Both axes are logarithmic.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 20, 45
LINES = {
    "cold_hybrid_s": ("cold, whole process", 1000.0, "#b1452f"),
    "hybrid_p95_ms": ("warm hybrid, p95", 1.0, "#2f6db1"),
    "hybrid_p50_ms": ("warm hybrid, p50", 1.0, "#7fa8d1"),
    "dense_p50_ms": ("warm dense, p50", 1.0, "#3f8f5a"),
}
"""Columns drawn: their name, the factor to milliseconds, and their colour."""


def main(arguments: list[str]) -> int:
    """Read, draw, write."""
    if len(arguments) != 2:
        print("usage: python -m benchmarks.growth_plot JSON OUT.svg", file=sys.stderr)
        return 2
    rows = json.loads(Path(arguments[0]).read_text(encoding="utf-8").strip().splitlines()[-1])
    Path(arguments[1]).write_text(draw(rows), encoding="utf-8")
    return 0


def draw(rows: list[dict[str, Any]]) -> str:
    """Return the drawing as SVG."""
    values = [row[key] * factor for key, (_, factor, _) in LINES.items() for row in rows]
    decades = _decades(min(values), max(values))
    sizes = _decades(rows[0]["passages"], rows[-1]["passages"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for decade in range(decades[0], decades[1] + 1):
        y = _y(10.0**decade, decades)
        parts.append(f'<path d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10**decade:,} ms</text>'
        )
    for row in rows:
        x = _x(row["passages"], sizes)
        label = f"{row['passages']:,}"
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 24}" text-anchor="middle">{label}</text>')
    middle = (LEFT + WIDTH - RIGHT) // 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">passages</text>')
    for key, (name, factor, colour) in LINES.items():
        points = [(_x(row["passages"], sizes), _y(row[key] * factor, decades)) for row in rows]
        path = "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _decades(low: float, high: float) -> tuple[int, int]:
    return math.floor(math.log10(low)), max(math.ceil(math.log10(high)), 1)


def _x(passages: float, decades: tuple[int, int]) -> float:
    share = (math.log10(passages) - decades[0]) / (decades[1] - decades[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(milliseconds: float, decades: tuple[int, int]) -> float:
    share = (math.log10(milliseconds) - decades[0]) / (decades[1] - decades[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
