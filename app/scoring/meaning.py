"""What a cosine means: how many unrelated pairs of texts it is above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.errors import UsageError
from jtcse_core.background import percentiles, quantiles

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from indexes.reader import EncoderRow, Reader

SAMPLED_TEXTS = 1000
MIN_PAIRS = 45
"""Pairs of passages below which a collection says nothing: those of ten documents."""

_SEED = 20250502
_RELATED_BETWEEN = 0.25


@dataclass(frozen=True)
class Background:
    """The cosines of pairs that have nothing to do with each other.

    Attributes:
        quantiles: Evenly spaced, ascending.
        of: Whose pairs they are, in words.
    """

    quantiles: tuple[float, ...]
    of: str = "unrelated pairs"

    def percentiles(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Return for each score the percentage of unrelated pairs below it, 0 to 100."""
        return percentiles(scores, self.quantiles)

    def percentile(self, score: float) -> float:
        """Return the percentage of unrelated pairs below a score."""
        return float(np.interp(score, self.quantiles, np.linspace(0, 100, len(self.quantiles))))

    @property
    def related_from(self) -> float:
        """The cosine from which texts say related things.

        A quarter of the way from the closest unrelated pairs (all but one in two hundred) to
        the same words: texts on one subject are closer than unrelated ones, and yet need not
        say the same.
        """
        high = self.quantiles[round(0.995 * (len(self.quantiles) - 1))]
        return high + _RELATED_BETWEEN * (1 - high)


def card_background(values: Sequence[float]) -> Background | None:
    """Return the background that an encoder's card carries; None without a usable one."""
    if len(values) < 2:
        return None
    return Background(tuple(values))


def collection_background(reader: Reader, encoder: EncoderRow, name: str) -> Background:
    """Measure the pairs of a collection's own passages that stand in different documents.

    A sample with a fixed seed, so that the same collection always says the same.

    Raises:
        UsageError: The collection is too small.
        Damaged: A vector is not what was written.
    """
    with reader.consistent():
        last = reader.last_text_id()
        rng = np.random.default_rng(_SEED)
        # Ids of removed texts are gone: more are drawn than are wanted.
        drawn = 1 + rng.choice(last, size=min(last, 4 * SAMPLED_TEXTS), replace=False)
        found = reader.vectors_of(encoder, [int(i) for i in drawn])[0]
        ids = rng.permutation(found)[:SAMPLED_TEXTS]
        ids, vectors = reader.vectors_of(encoder, [int(i) for i in ids])
        rows = reader.passages_of_texts([int(i) for i in ids])
    document = {text: owner for _, owner, text in rows}
    owners = np.array([document.get(int(i), -int(i)) for i in ids])
    upper = np.triu_indices(len(ids), k=1)
    apart = owners[upper[0]] != owners[upper[1]]
    cosines = (vectors @ vectors.T)[upper][apart]
    if len(cosines) < MIN_PAIRS:
        raise UsageError(
            f"collection {name!r} is too small to compare with", "leave -c out, or index more"
        )
    return Background(quantiles(cosines), f"pairs of passages in {name}")
