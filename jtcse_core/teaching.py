"""A teacher's vectors of a corpus, computed once and kept on disk.

The cache is named by what decides its content: the teacher's fingerprint and the corpus's.
An interrupted computation goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.corpus import Corpus
from jtcse_core.encoding import SentenceEncoder
from jtcse_core.errors import OutputError, TrainingError
from jtcse_core.events import OnEvent, TeacherEncoded, ignore

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 2048
"""Sentences encoded between two times that progress is made durable."""


def teacher_vectors(
    teacher: SentenceEncoder, corpus: Corpus, cache: Path, on_event: OnEvent = ignore
) -> NDArray[np.float32]:
    """Return the teacher's unit vectors of a corpus, from the cache when they are there.

    Args:
        teacher: Any encoder, an ensemble too.
        corpus: n sentences.
        cache: Folder of cached vectors.
        on_event: Told of progress.

    Returns:
        float32, (n, dim), mapped from disk.

    Raises:
        OutputError: The cache cannot be written.
        TrainingError: The teacher gives vectors that are not finite.
    """
    shape = (len(corpus), teacher.dim)
    key = hashlib.blake2b(
        f"{teacher.fingerprint}:{corpus.fingerprint}".encode(), digest_size=12
    ).hexdigest()
    done = cache / f"{key}.npy"
    found = _open_rows(done, shape)
    if found is not None:
        on_event(TeacherEncoded(len(corpus), len(corpus), cached=True))
        return found
    try:
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / f"{key}.partial.npy"
        _compute(teacher, corpus, partial, shape, on_event)
        partial.rename(done)
        _progress_file(partial).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError.of(cache, error) from error
    rows = _open_rows(done, shape)
    if rows is None:
        raise OutputError(f"{done} was not written in full", "free some space, and run it again")
    return rows


def _compute(
    teacher: SentenceEncoder,
    corpus: Corpus,
    partial: Path,
    shape: tuple[int, int],
    on_event: OnEvent,
) -> None:
    start = _read_progress(partial) if _open_rows(partial, shape) is not None else 0
    if start == 0:
        _progress_file(partial).unlink(missing_ok=True)  # it may speak of a file that is gone
        np.lib.format.open_memmap(partial, mode="w+", dtype=np.float32, shape=shape)
        # A sparse file would meet a full disk as a bus error, so its blocks are claimed now.
        with partial.open("r+b") as stream:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(stream.fileno(), 0, partial.stat().st_size)
    rows = np.lib.format.open_memmap(partial, mode="r+")
    for first in range(start, len(corpus), BLOCK):
        block = corpus.sentences[first : first + BLOCK]
        vectors = teacher.encode(block)
        if not np.isfinite(vectors).all():
            raise TrainingError("the teacher gives vectors that are not finite", "choose another")
        rows[first : first + len(block)] = vectors
        rows.flush()
        _progress_file(partial).write_text(str(first + len(block)), encoding="ascii")
        on_event(TeacherEncoded(first + len(block), len(corpus), cached=False))


def _open_rows(path: Path, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    try:
        rows: NDArray[np.float32] = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    return rows if rows.shape == shape and rows.dtype == np.float32 else None


def _progress_file(partial: Path) -> Path:
    return partial.with_suffix(".progress")


def _read_progress(partial: Path) -> int:
    try:
        return int(_progress_file(partial).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
