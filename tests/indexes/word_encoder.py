"""An encoder for tests: texts that share words have similar vectors."""

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class WordEncoder:
    """Sums a fixed random direction for each word; remembers what it was asked to encode."""

    def __init__(self, dim: int = 32, name: str = "words") -> None:
        self.name = name
        self.dim = dim
        self.fingerprint = f"{name}-{dim}"
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = []
        for text in texts:
            self.encoded.append(text)
            rows.append(self._vector(text))
            if reached:
                reached(len(rows))
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dim)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dim, 1e-3)
        for word in _WORD.findall(text.lower()):
            rng = np.random.default_rng(zlib.crc32(word.encode()))
            total += rng.standard_normal(self.dim)
        unit: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
        return unit
