"""What does a score mean? Compared with the best hits of questions without an answer here.

For each of some questions that hardly any collection answers, the best score in the
collection is kept with it. How far a hit stands above these says how likely it is a real
answer. Median and quartile are used, so that the few questions that do have an answer here
do no harm.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple

from indexes.errors import Damaged
from indexes.types import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GOOD_MATCH = 0.95
"""A best hit that is not estimated to pass this many of unrelated questions is no good match."""

_QUARTILE_TO_DEVIATION = 0.6745
_LEAST_SPREAD = 1e-3


class Background(NamedTuple):
    """Centre and spread of the best scores of unrelated questions, by mode.

    Attributes:
        vectors: Vectors in the collection when it was measured.
    """

    centre: Mapping[Mode, float]
    spread: Mapping[Mode, float]
    vectors: int

    def match(self, mode: Mode, score: float) -> float:
        """Return the estimated share of unrelated questions whose best hit scores below this."""
        deviations = (score - self.centre[mode]) / max(self.spread[mode], _LEAST_SPREAD)
        return 0.5 * (1 + math.erf(deviations / math.sqrt(2)))

    def to_json(self) -> str:
        """Return the form in which it is kept with the collection."""
        return json.dumps({"centre": self.centre, "spread": self.spread, "vectors": self.vectors})

    @classmethod
    def from_json(cls, text: str) -> Background:
        """Read what `to_json` wrote."""
        value = json.loads(text)
        return cls(value["centre"], value["spread"], value["vectors"])


def summarise(scores: Mapping[Mode, Sequence[float]], vectors: int) -> Background:
    """Make a background of the best scores of unrelated questions.

    Raises:
        Damaged: One is no number, so a vector is none.
    """
    from statistics import median

    if not all(math.isfinite(score) for values in scores.values() for score in values):
        raise Damaged(
            "a score is no number: vectors of the collection are damaged, or its encoder is",
            "see: jtcse verify",
        )
    centre = {mode: median(values) for mode, values in scores.items()}
    spread = {
        # The lower half alone: the upper one holds those that do have an answer here.
        mode: _lower_quartile_gap(values, centre[mode]) / _QUARTILE_TO_DEVIATION
        for mode, values in scores.items()
    }
    return Background(centre, spread, vectors)


def _lower_quartile_gap(values: Sequence[float], centre: float) -> float:
    from statistics import median

    below = [value for value in values if value <= centre]
    return centre - median(below)
