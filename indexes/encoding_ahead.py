"""A batch of texts is encoded while the one before is written, so that no core waits for a disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from indexes.threads import InBackground
from indexes.types import IndexingEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Batch = TypeVar("Batch")

_POLL_S = 0.1


class _Abandoned(Exception):
    """Nobody waits for the vectors any more."""


class _Progress:
    """How far a batch is, for the thread that waits for it."""

    def __init__(self) -> None:
        self.done = 0
        self.abandoned = False

    def reach(self, done: int) -> None:
        """Called by the threads that encode."""
        if self.abandoned:
            raise _Abandoned
        self.done = done


@dataclass(frozen=True)
class _InWork(Generic[Batch]):
    batch: Batch
    texts: int
    progress: _Progress
    vectors: InBackground[NDArray[np.float32]]


class EncodingAhead(Generic[Batch]):
    """Encodes batches one after the other, in a thread beside the one that uses them.

    To be closed at the end.

    Args:
        encoder: Encodes.
        telling: Called by the thread that waits for a batch, a few times a second: how many of its
            texts are encoded, and how many it and those that follow have. What it raises is
            raised there.
    """

    def __init__(self, encoder: IndexingEncoder, telling: Callable[[int, int], None]) -> None:
        self._encoder = encoder
        self._telling = telling
        self._in_work: _InWork[Batch] | None = None

    def close(self) -> None:
        """Have the encoder stop after what it is at, and wait for that."""
        work, self._in_work = self._in_work, None
        if work is not None:
            work.progress.abandoned = True
            work.vectors.wait_out()

    @property
    def batch(self) -> Batch | None:
        """What is being encoded, or is and was not asked for yet."""
        return self._in_work.batch if self._in_work else None

    @property
    def texts(self) -> int:
        """How many texts that has."""
        return self._in_work.texts if self._in_work else 0

    @property
    def ready(self) -> bool:
        """Whether a batch is encoded and was not asked for yet."""
        return self._in_work is not None and self._in_work.vectors.done

    def begin(self, batch: Batch, texts: Sequence[str]) -> tuple[Batch, NDArray[np.float32]] | None:
        """Begin a batch of texts as soon as the one before is done.

        Returns:
            The one before with its vectors, shape (n, dim), if there was one.

        Raises:
            BaseException: What the encoder raised at that one, or who was told.
        """
        finished = self.finish(len(texts))
        progress = _Progress()
        vectors = InBackground(lambda: self._encoder.encode(texts, progress.reach))
        self._in_work = _InWork(batch, len(texts), progress, vectors)
        return finished

    def finish(self, following: int = 0) -> tuple[Batch, NDArray[np.float32]] | None:
        """Wait for the batch that is being encoded; returns and raises as `begin` does.

        Args:
            following: How many texts wait behind it.
        """
        work = self._in_work
        if work is None:
            return None
        while not work.vectors.wait(_POLL_S):
            self._telling(work.progress.done, work.texts + following)
        self._in_work = None
        return work.batch, work.vectors.result()
