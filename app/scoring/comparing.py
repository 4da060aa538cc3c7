"""A pair of texts, looked at closely: how alike, what that means, and which words carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.caching import QueryCache

TOP_WORDS = 6


@dataclass(frozen=True)
class Carrier:
    """A word, and its share of the cosine over all the places where it stands."""

    text: str
    part: float


@dataclass(frozen=True)
class Comparison:
    """What one encoder says of two texts.

    Attributes:
        encoder: Its name.
        cosine: Raw cosine.
        percentile: Percentage of unrelated pairs that are less alike, 0 to 100; None for an
            encoder without a background.
        meaning: The same in words; empty without.
        words_a: The words of the first text that carry the cosine, the best first; empty where
            it cannot be taken apart.
        words_b: Those of the second.
        cut: Which of the texts were not read to their end, in words; empty when both were.
    """

    encoder: str
    cosine: float
    percentile: float | None
    meaning: str
    words_a: tuple[Carrier, ...] = ()
    words_b: tuple[Carrier, ...] = ()
    cut: str = ""


def compare(encoder: QueryCache, a: str, b: str, *, words: bool) -> Comparison:
    """Compare two texts.

    Args:
        encoder: Any encoder.
        a: The first text.
        b: The second.
        words: Whether the words that carry the cosine are wanted.
    """
    from app.scoring.cut import note_of_pair
    from app.scoring.meaning import card_background
    from app.scoring.wording import describe

    # One by one, because single texts are remembered: mostly only one of them is being typed.
    first, second = encoder.encode([a])[0], encoder.encode([b])[0]
    cosine = float(first @ second)
    background = card_background(encoder.background)
    percentile = None if background is None else background.percentile(cosine)
    meaning = "" if background is None else describe(background.percentile(cosine), background.of)
    words_a = _carriers(encoder, a, second) if words else ()
    words_b = _carriers(encoder, b, first) if words else ()
    cut = note_of_pair(encoder, a, b)
    return Comparison(encoder.name, cosine, percentile, meaning, words_a, words_b, cut)


def _carriers(
    encoder: QueryCache, text: str, direction: NDArray[np.float32]
) -> tuple[Carrier, ...]:
    from indexes.query import STOP_WORDS
    from jtcse_core.attribution import attribute
    from jtcse_core.errors import ConfigError
    from jtcse_core.onnx_encoder import OnnxEncoder

    if not isinstance(encoder.plain, OnnxEncoder):
        return ()
    try:
        found = attribute(encoder.plain, text, direction).words
    except ConfigError:  # it pools otherwise than by mean
        return ()
    parts: dict[str, float] = {}
    shown: dict[str, str] = {}
    for word in found:
        plain = text[word.start : word.end]
        key = plain.casefold()
        if key not in STOP_WORDS and any(map(str.isalnum, key)):
            parts[key] = parts.get(key, 0.0) + word.part
            shown.setdefault(key, plain)
    best = sorted(parts, key=lambda key: -parts[key])[:TOP_WORDS]
    return tuple(Carrier(shown[key], parts[key]) for key in best if parts[key] > 0)
