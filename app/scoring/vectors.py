"""Vectors of texts that come again: encoded once, kept in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAPACITY = 16384
"""Vectors kept: 25 MB of 384 components each."""


class Encoder(Protocol):
    """What scoring needs of an encoder."""

    @property
    def dim(self) -> int:
        """Components of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim)."""
        ...


class VectorCache:
    """Encodes texts, those that were met lately from memory.

    Texts are known by a hash, so that long ones take no more room than short ones.

    Args:
        encoder: Encodes the others.
        capacity: Vectors kept, those used last.
    """

    def __init__(self, encoder: Encoder, capacity: int = CAPACITY) -> None:
        self._encoder = encoder
        self._capacity = capacity
        self._slots: OrderedDict[bytes, int] = OrderedDict()
        self._vectors = np.empty((0, encoder.dim), dtype=np.float32)

    @property
    def dim(self) -> int:
        """Components of a vector."""
        return self._encoder.dim

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim); none is encoded twice."""
        keys = [_key(text) for text in texts]
        out = np.empty((len(texts), self._encoder.dim), dtype=np.float32)
        new: dict[bytes, int] = {}
        new_texts: list[str] = []
        known_rows: list[int] = []
        known_slots: list[int] = []
        new_rows: list[int] = []
        new_from: list[int] = []
        for row, key in enumerate(keys):
            slot = self._slots.get(key)
            if slot is None:
                if key not in new:
                    new[key] = len(new)
                    new_texts.append(texts[row])
                new_rows.append(row)
                new_from.append(new[key])
            else:
                self._slots.move_to_end(key)
                known_rows.append(row)
                known_slots.append(slot)
        if known_rows:
            out[known_rows] = self._vectors[known_slots]
        if new:
            vectors = self._encoder.encode(new_texts)
            out[new_rows] = vectors[new_from]
            self._keep(list(new), vectors)
        return out

    def _keep(self, keys: list[bytes], vectors: NDArray[np.float32]) -> None:
        keys, vectors = keys[-self._capacity :], vectors[-self._capacity :]
        slots = []
        for key in keys:
            if len(self._slots) < self._capacity:
                slot = len(self._slots)
            else:
                slot = self._slots.popitem(last=False)[1]
            self._slots[key] = slot
            slots.append(slot)
        if len(self._vectors) < len(self._slots):
            # Doubled, so that a short file takes little and a long one does not copy forever.
            size = min(self._capacity, max(len(self._slots), 2 * len(self._vectors)))
            grown = np.empty((size, vectors.shape[1]), dtype=np.float32)
            grown[: len(self._vectors)] = self._vectors
            self._vectors = grown
        self._vectors[slots] = vectors


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
