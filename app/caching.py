"""Vectors of single texts that were encoded a moment ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.forked import ForkedEncoder
    from jtcse_core.encoding import IndexingEncoder
    from jtcse_core.onnx_encoder import OnnxEncoder

CACHED_QUERIES = 256


class Load(Protocol):
    """Opens encoders: in this process, as `load_here`, or in another."""

    def __call__(
        self,
        name_or_path: str,
        *,
        encoders: Path,
        threads: int,
        before_batch: Callable[[], None],
    ) -> OnnxEncoder | ForkedEncoder:
        """Open one; see `jtcse_core.loading.load_encoder`."""


def load_here(
    name_or_path: str, *, encoders: Path, threads: int, before_batch: Callable[[], None]
) -> OnnxEncoder:
    """Open an encoder in this process."""
    from jtcse_core.loading import load_encoder

    return load_encoder(name_or_path, encoders=encoders, threads=threads, before_batch=before_batch)


class QueryCache:
    """An encoder that remembers the vectors of single texts, as live search repeats them.

    Args:
        encoder: The encoder.
        background: Quantiles of its cosines between unrelated sentences, when they are known.
    """

    def __init__(self, encoder: IndexingEncoder, background: Sequence[float] = ()) -> None:
        self._encoder = encoder
        self.background = background
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def plain(self) -> IndexingEncoder:
        """The encoder itself, in this process."""
        here: IndexingEncoder = getattr(self._encoder, "here", self._encoder)
        return here

    @property
    def name(self) -> str:
        """What the encoder is called."""
        return self._encoder.name

    @property
    def dim(self) -> int:
        """Components of a vector."""
        return self._encoder.dim

    @property
    def fingerprint(self) -> str:
        """Equal for two encoders exactly when they give the same vectors."""
        return self._encoder.fingerprint

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that it was made for; empty where it does not say, or knows every one."""
        return tuple(getattr(self._encoder, "languages", ()))

    @property
    def max_length(self) -> int:
        """Tokens read from a text, special tokens included."""
        return self._encoder.max_length

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens."""
        return self._encoder.count_tokens(texts)

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts as unit rows, shape (n, dim).

        Args:
            texts: What is encoded; one alone is a query, and is remembered.
            reached: Told now and then how many of several are done; what it raises ends this.
        """
        if len(texts) != 1:
            return self._encoder.encode(texts, reached)
        text = texts[0]
        if text not in self._cache:
            self._cache[text] = self._encoder.encode(texts)
            if len(self._cache) > CACHED_QUERIES:
                self._cache.popitem(last=False)
        self._cache.move_to_end(text)
        return self._cache[text]
