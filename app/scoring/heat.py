"""Colours of a cosine, for a table that is read at a glance: dark blue is far, yellow is near."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heat:
    """A background and the foreground that is legible on it.

    Attributes:
        background: Number among the 256 colours of a terminal.
        foreground: Likewise.
        background_hex: The same colour as `#rrggbb`.
        foreground_hex: Likewise.
    """

    background: int
    foreground: int
    background_hex: str
    foreground_hex: str


_RAMP = (
    (17, "#00005f"), (18, "#000087"), (24, "#005f87"), (30, "#008787"), (29, "#00875f"),
    (28, "#008700"), (70, "#5faf00"), (112, "#87d700"), (154, "#afff00"), (226, "#ffff00"),
)  # fmt: skip
_FIRST_LIGHT = 6
_LOW, _HIGH = 0.0, 1.0


def heat(score: float) -> Heat:
    """Return the colours of a cosine; below 0 all are the same, as nothing is in common."""
    share = (score - _LOW) / (_HIGH - _LOW)
    step = min(max(int(share * len(_RAMP)), 0), len(_RAMP) - 1)
    number, colour = _RAMP[step]
    light = step >= _FIRST_LIGHT
    return Heat(number, 16 if light else 231, colour, "#000000" if light else "#ffffff")
