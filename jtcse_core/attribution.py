"""Which words of a text carry its cosine with a query? Exact for mean pooling.

With mean pooling the vector of a text is the mean of its token states over its length, so
the cosine with a unit vector q is a sum over tokens: q · state / (tokens · norm of the
mean). Nothing is approximated; the parts of the words, with that of the special tokens, add
up to the cosine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from unicodedata import category

import numpy as np

from jtcse_core.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jtcse_core.card import EncoderCard

_WORD = re.compile(r"\w+(?:['’\-\u200c\u200d]\w+)*|[^\w\s]")
"""Persian and Indic words may have joiners that are not seen, U+200C and U+200D."""


@dataclass(frozen=True)
class WordPart:
    """What a word gives to a cosine.

    Attributes:
        start: First code point of the word in the text.
        end: One past the last.
        part: Its share; may be negative.
    """

    start: int
    end: int
    part: float


@dataclass(frozen=True)
class Attribution:
    """A cosine, taken apart.

    Attributes:
        cosine: The sum of all parts.
        words: Parts of the words that the encoder read, in the order of the text.
        rest: Part of the special tokens.
    """

    cosine: float
    words: tuple[WordPart, ...]
    rest: float


class TokenEncoder(Protocol):
    """An encoder that shows the states it pools."""

    @property
    def card(self) -> EncoderCard:
        """Its card; pooling must be `mean`."""
        ...

    def token_states(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float32]]:
        """Return each token's span, and the states, (tokens, dim)."""
        ...


def attribute(encoder: TokenEncoder, text: str, direction: NDArray[np.float32]) -> Attribution:
    """Take the cosine of a text with a unit vector apart into words.

    Args:
        encoder: Pools by mean.
        text: The text as it is encoded.
        direction: Unit vector (dim,), that of a query.

    Raises:
        ConfigError: The encoder pools otherwise.
    """
    if encoder.card.pooling != "mean":
        raise ConfigError(
            f"{encoder.card.name} pools by {encoder.card.pooling}; only a mean can be taken apart",
            "explain with an encoder that pools by mean",
        )
    offsets, states = encoder.token_states(text)
    norm = float(np.linalg.norm(states.mean(axis=0)))
    parts = (states @ direction).astype(np.float64) / (len(states) * norm)
    spans = [match.span() for match in _WORD.finditer(_outline(text))]
    sums = [0.0] * len(spans)
    read = [False] * len(spans)
    rest = 0.0
    at = 0
    for (start, end), part in zip(offsets, parts.tolist(), strict=True):
        if start == end:
            rest += part
            continue
        while at + 1 < len(spans) and spans[at][1] <= start:
            at += 1
        sums[at] += part
        read[at] = True
    words = tuple(
        WordPart(*span, value) for span, value, seen in zip(spans, sums, read, strict=True) if seen
    )
    return Attribution(float(parts.sum()), words, rest)


def _outline(text: str) -> str:
    r"""Return the text, as long as it is, its combining marks as letters; to `\w` they are none."""
    if text.isascii():
        return text
    return "".join("_" if category(char)[0] == "M" else char for char in text)
