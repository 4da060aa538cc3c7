"""A claim, and how it came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Claim:
    """Something we say of the product.

    Attributes:
        what: The claim in words.
        value: What was measured, as shown.
        bound: What it must reach, as shown.
        holds: Whether it does.
        detail: More lines to show under it.
    """

    what: str
    value: str
    bound: str
    holds: bool
    detail: tuple[str, ...] = ()


def at_least(what: str, value: float, bound: float, detail: tuple[str, ...] = ()) -> Claim:
    """Claim that a figure is not below a bound."""
    return Claim(what, f"{value:g}", f">= {bound:g}", value >= bound, detail)


def near(what: str, value: float, target: float, tolerance: float) -> Claim:
    """Claim that a figure is within a tolerance of another."""
    return Claim(
        what, f"{value:g}", f"{target:g} ± {tolerance:g}", abs(value - target) <= tolerance
    )


Measure = Callable[[Path, Path], Iterator[Claim]]
"""From the data folder and a scratch folder to claims."""
