"""Texts are encoded in steps, between which a run can be told of and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from indexes.types import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEP_SECONDS = 0.4
"""What a step should take: long enough that all threads have work, short enough to wait for."""

FIRST_CHARS, LEAST_CHARS, MOST_CHARS = 30_000, 4_000, 2_000_000
"""Of a step; characters tell better than texts how long encoding takes."""


class Steps:
    """Has texts encoded in steps as large as this machine does in a moment, as it is now.

    Args:
        encoder: Encodes them.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._chars = FIRST_CHARS

    def encode(self, texts: Sequence[str], between: Callable[[int], None]) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim).

        Args:
            between: Called with the number of texts done, before each step but the first; what it
                raises ends this.
        """
        import numpy as np

        parts, done = [np.zeros((0, self._encoder.dim), dtype=np.float32)], 0
        while done < len(texts):
            if done:
                between(done)
            step, chars = self._next(texts, done)
            began = time.monotonic()
            parts.append(self._encoder.encode(step))
            self._learn(chars, time.monotonic() - began)
            done += len(step)
        return np.concatenate(parts)

    def _next(self, texts: Sequence[str], start: int) -> tuple[Sequence[str], int]:
        end, chars = start, 0
        while end < len(texts) and chars < self._chars:
            chars += len(texts[end])
            end += 1
        return texts[start:end], chars

    def _learn(self, chars: int, seconds: float) -> None:
        fitting = int(chars * STEP_SECONDS / max(seconds, 1e-6))
        self._chars = min(max(fitting, LEAST_CHARS), MOST_CHARS)
