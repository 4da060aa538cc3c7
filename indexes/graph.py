"""The HNSW graph as a cache: built from the vectors in SQLite, verified before it is loaded.

hnswlib loads damaged files silently or crashes on them, writes in place, and reports no
full disk; so a graph is written beside its place, synced, renamed, and described by a row
in the database, and a file that does not match its row is never opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes.errors import StorageFailed
from indexes.reader import EncoderRow, Reader, SnapshotRow
from indexes.store import Store

if TYPE_CHECKING:
    import hnswlib
    from numpy.typing import NDArray

M = 16
EF_CONSTRUCTION = 200
EF = 100
"""Recall@10 of .9998 is reached at 50 on 20,000 vectors; twice that for larger sets."""

BUILD_THREADS = 2
SUFFIX = ".hnsw"


def available() -> bool:
    """Whether hnswlib is installed; without it every search is exact."""
    try:
        import hnswlib  # noqa: F401 - asked for, not used
    except ImportError:
        return False
    return True


class Graph:
    """A loaded graph. Labels are text ids.

    Args:
        index: hnswlib's index.
        last_text_id: Texts up to this id are in it.
    """

    def __init__(self, index: hnswlib.Index, last_text_id: int) -> None:
        self._index = index
        self.last_text_id = last_text_id

    def __len__(self) -> int:
        return self._index.get_current_count()

    def search(
        self, query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return up to k text ids and cosines, best first; None when the graph cannot give k."""
        k = min(k, len(self))
        self._index.set_ef(max(EF, 2 * k))
        try:
            labels, distances = self._index.knn_query(query[None, :], k=k, num_threads=1)
        except RuntimeError:  # fewer than k points were reached
            return None
        return labels[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)


def load(folder: Path, encoder: EncoderRow, row: SnapshotRow | None) -> Graph | None:
    """Load the graph when its file is what the row says; None when it must be rebuilt."""
    if row is None or row.dim != encoder.dim or not available():
        return None
    path = folder / row.file
    try:
        if path.stat().st_size != row.bytes or _sha256(path) != row.sha256:
            return None
    except OSError:
        return None
    import hnswlib

    index = hnswlib.Index(space="ip", dim=row.dim)
    try:
        index.load_index(str(path))
    except RuntimeError:
        return None
    if index.get_current_count() != row.count:
        return None
    return Graph(index, row.last_text_id)


def rebuild(folder: Path, store: Store, reader: Reader) -> bool:
    """Build the graph anew from the stored vectors and make it current.

    Returns:
        False when there is nothing to build from, or no hnswlib.

    Raises:
        StorageFailed: The file could not be written whole.
    """
    encoder = reader.encoder()
    if encoder is None or not available():
        return False
    ids, vectors = reader.vectors(encoder)
    if not len(ids):
        return False
    import hnswlib

    index = hnswlib.Index(space="ip", dim=encoder.dim)
    index.init_index(max_elements=len(ids), M=M, ef_construction=EF_CONSTRUCTION, random_seed=1)
    index.add_items(vectors, ids, num_threads=BUILD_THREADS)
    row = _write(folder, index, int(ids[-1]), reader.generation())
    _make_current(store, encoder, row)
    _remove_others(folder, row.file)
    return True


def _write(folder: Path, index: hnswlib.Index, last: int, generation: int) -> SnapshotRow:
    name = f"vectors-{generation}{SUFFIX}"
    temporary = folder / f"{name}.tmp"
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        index.save_index(str(temporary))
        size = temporary.stat().st_size
        if size != index.index_file_size():
            raise StorageFailed(
                f"the graph of collection {folder.name!r} could not be written whole",
                "free some disk space; searches stay exact until the next jtcse index",
            )
        _sync(temporary)
        digest = _sha256(temporary)
        temporary.replace(folder / name)
        _sync(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return SnapshotRow(name, digest, size, index.dim, index.get_current_count(), last, generation)


def _make_current(store: Store, encoder: EncoderRow, row: SnapshotRow) -> None:
    with store.database.atomic():
        store.connection.execute(
            "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                encoder.id, row.file, row.sha256, row.bytes, row.dim, row.count,
                row.last_text_id, row.generation,
            ),
        )  # fmt: skip


def _remove_others(folder: Path, current: str) -> None:
    for path in folder.glob(f"*{SUFFIX}*"):
        if path.name != current:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
