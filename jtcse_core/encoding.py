"""The encoder as the rest of the room sees it, whichever backend computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SentenceEncoder(Protocol):
    """What evaluation and distillation need of an encoder."""

    @property
    def name(self) -> str:
        """What the encoder is called in messages and tables."""

    @property
    def dim(self) -> int:
        """Components of a vector."""

    @property
    def fingerprint(self) -> str:
        """Hash over everything that decides the vectors."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode n texts into unit rows, float32 of shape (n, dim)."""


class IndexingEncoder(SentenceEncoder, Protocol):
    """What an index needs beside that: to cut documents by tokens, and to hear how far it is."""

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts into unit rows, float32 of shape (n, dim).

        Args:
            texts: What is encoded.
            reached: Told now and then, by any thread, how many texts are done; what it raises
                ends this.
        """

    @property
    def max_length(self) -> int:
        """Tokens read from a text, special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens."""
