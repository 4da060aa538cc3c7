"""The HNSW graph as a cache: built from the vectors in SQLite, verified before it is loaded.

hnswlib loads damaged files silently or crashes on them, writes in place, and reports no
full disk; so a graph is written beside its place, synced, renamed, and described by a row
in the database, and a file that does not match its row is never opened. A loaded graph is
never changed: who brings it up to date loads one of its own, so no search ever runs beside
an insertion or a resize.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes.errors import StorageFailed
from indexes.reader import EncoderRow, Reader, SnapshotRow
from indexes.snapshots import SUFFIX, current_files, is_as_written, remember, sha256
from indexes.syncing import sync

if TYPE_CHECKING:
    import hnswlib
    from numpy.typing import NDArray

    from indexes.events import Building
    from indexes.store import Store

M = 16
EF_CONSTRUCTION = 200
DEFAULT_EF = 100
"""Of graphs from before their recall was measured."""

EF_STEPS = (32, 64, 100, 150, 200, 300, 400, 600, 800)
TARGET_RECALL = 0.98
"""Of the ten nearest, on the sample; the least ef that reaches it is kept with the graph."""

RECALL_AT = 10
RECALL_QUERIES = 200

BUILD_THREADS = 2
STEP_VECTORS = 256
"""Inserted between two looks at whether somebody wants to stop: a tenth of a second's work."""

TAIL_BOUND = 5_000
"""Vectors outside the graph from which they are added to it: each search scans them all."""

TOMBSTONE_SHARE = 0.2
"""Share of labels whose texts are gone from which the graph is built anew."""


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
        row: What the database says of it.
    """

    def __init__(self, index: hnswlib.Index, row: SnapshotRow) -> None:
        self._index = index
        self.row = row
        self.last_text_id = row.last_text_id

    def __len__(self) -> int:
        return self._index.get_current_count()

    def search(
        self, query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return up to k text ids and cosines, best first; None when the graph cannot give k."""
        k = min(k, len(self))
        self._index.set_ef(max(self.row.ef or DEFAULT_EF, 2 * k))
        try:
            labels, distances = self._index.knn_query(query[None, :], k=k, num_threads=1)
        except RuntimeError:  # fewer than k points were reached
            return None
        return labels[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)

    def lacks(self, text_ids: NDArray[np.int64]) -> int:
        """Count the texts that should be in it, those that came later left out, and are not."""
        ids = text_ids[text_ids <= self.last_text_id]
        labels = np.array(self._index.get_ids_list(), dtype=np.int64)
        return len(ids) - int(np.isin(ids, labels, assume_unique=True).sum())


def load(
    folder: Path, encoder: EncoderRow, row: SnapshotRow | None, *, trust: bool = True
) -> Graph | None:
    """Load the graph when its file is what the row says; None when it must be rebuilt.

    Args:
        trust: Take a file that was hashed before, and not touched since, without hashing it.
    """
    if row is None or not available():
        return None
    index = _load(folder, encoder, row, trust=trust)
    return None if index is None else Graph(index, row)


def _load(
    folder: Path, encoder: EncoderRow, row: SnapshotRow, *, trust: bool, room: int = 0
) -> hnswlib.Index | None:
    """Load the verified file, with room for more labels."""
    path = folder / row.file
    if row.dim != encoder.dim or not is_as_written(path, row, trust=trust):
        return None
    import hnswlib

    index = hnswlib.Index(space="ip", dim=row.dim)
    try:
        index.load_index(str(path), max_elements=row.count + room)
    except RuntimeError:
        return None
    return index if index.get_current_count() == row.count else None


def is_stale(folder: Path, reader: Reader, encoder: EncoderRow) -> bool:
    """Whether so much was added or removed since the graph was written that it should follow."""
    row = reader.snapshot(encoder.id)
    if row is None or not (folder / row.file).is_file():
        return True
    late = reader.count_vectors(encoder, after=row.last_text_id)
    gone = row.count - (reader.count_vectors(encoder) - late)
    return late > min(TAIL_BOUND, TOMBSTONE_SHARE * row.count) or gone > TOMBSTONE_SHARE * row.count


def refresh(
    folder: Path,
    store: Store,
    reader: Reader,
    encoder: EncoderRow,
    on_event: Callable[[Building], None] = lambda event: None,
    *,
    anew: bool = False,
) -> bool:
    """Bring the graph up to date with the vectors: topped up from the tail, or built anew.

    Args:
        anew: Do not look at what there is.
        on_event: Told the progress; what it raises ends this, and the graph stays as it was.

    Returns:
        False when there is nothing to build from, or no hnswlib.

    Raises:
        StorageFailed: The file could not be written whole.
    """
    if not available() or not reader.count_vectors(encoder):
        return False
    index = None if anew else _topped_up(folder, reader, encoder, on_event)
    if index is None:
        index = _built(reader, encoder, on_event)
    _publish(folder, store, reader, encoder, index)
    return True


def _built(
    reader: Reader, encoder: EncoderRow, on_event: Callable[[Building], None]
) -> hnswlib.Index:
    import hnswlib

    index = hnswlib.Index(space="ip", dim=encoder.dim)
    size = reader.count_vectors(encoder)
    index.init_index(max_elements=size, M=M, ef_construction=EF_CONSTRUCTION, random_seed=1)
    _insert(index, reader, encoder, 0, on_event)
    return index


def _insert(
    index: hnswlib.Index,
    reader: Reader,
    encoder: EncoderRow,
    after: int,
    on_event: Callable[[Building], None],
) -> None:
    """Insert the vectors of the texts that came after one, telling before each step."""
    from indexes.events import Building

    of, done = reader.count_vectors(encoder, after=after), 0
    for ids, vectors in reader.vector_batches(encoder, after=after):
        for start in range(0, len(ids), STEP_VECTORS):
            on_event(Building(of, done))
            step = slice(start, start + STEP_VECTORS)
            index.add_items(vectors[step], ids[step], num_threads=BUILD_THREADS)
            done += len(ids[step])


def _topped_up(
    folder: Path, reader: Reader, encoder: EncoderRow, on_event: Callable[[Building], None]
) -> hnswlib.Index | None:
    """Return the present graph with what came late, its removed labels marked; None for anew."""
    row = reader.snapshot(encoder.id)
    if row is None:
        return None
    late = reader.count_vectors(encoder, after=row.last_text_id)
    gone = row.count - (reader.count_vectors(encoder) - late)
    if gone > TOMBSTONE_SHARE * row.count or late > row.count:
        return None
    index = _load(folder, encoder, row, trust=False, room=late)
    if index is None:
        return None
    live = reader.vector_ids(encoder)
    labels = np.array(index.get_ids_list(), dtype=np.int64)
    for label in labels[np.isin(labels, live, invert=True)].tolist():
        with contextlib.suppress(RuntimeError):  # it was marked before
            index.mark_deleted(label)
    _insert(index, reader, encoder, row.last_text_id, on_event)
    return index


def _publish(
    folder: Path, store: Store, reader: Reader, encoder: EncoderRow, index: hnswlib.Index
) -> None:
    """Measure, write and make current; the order is what makes a crash harmless."""
    ef, recall = measure(index, reader, encoder)
    last = int(reader.vector_ids(encoder)[-1])
    row = _write(folder, encoder, index, last, reader.generation(), ef, recall)
    with store.transaction():
        store.put_snapshot(encoder.id, row)
    remove_strays(folder, reader)


def measure(
    index: hnswlib.Index, reader: Reader, encoder: EncoderRow, seed: int = 1
) -> tuple[int, float]:
    """Return the least ef whose recall@10 on a sample reaches the target, and that recall.

    Half of the queries are stored vectors, half lie between two of them, as questions lie
    further from all passages than these from each other.
    """
    rng = np.random.default_rng(seed)
    ids = reader.vector_ids(encoder)
    chosen = np.sort(rng.choice(ids, min(RECALL_QUERIES, len(ids)), replace=False))
    _, stored = reader.vectors_of(encoder, chosen.tolist())
    between = np.arange(len(stored)) % 2
    queries = stored + between[:, None].astype(np.float32) * rng.permutation(stored)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    k = min(RECALL_AT, len(ids))
    floors = _kth_best(queries, k, reader, encoder)
    recall = 0.0
    for ef in EF_STEPS:
        index.set_ef(max(ef, k))
        try:
            _, distances = index.knn_query(queries, k=k, num_threads=BUILD_THREADS)
        except RuntimeError:  # fewer than k points were reached
            continue
        # By score and not by label: any of several equally near ones is right.
        recall = float(np.mean(1.0 - distances >= floors[:, None] - 1e-6))
        if recall >= TARGET_RECALL:
            break
    return ef, recall


def _kth_best(
    queries: NDArray[np.float32], k: int, reader: Reader, encoder: EncoderRow
) -> NDArray[np.float32]:
    """Return each query's k-th best cosine by exact search, (n,)."""
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for _, vectors in reader.vector_batches(encoder):
        scores = np.concatenate([best, queries @ vectors.T], axis=1)
        best = np.partition(scores, scores.shape[1] - k, axis=1)[:, -k:]
    floors: NDArray[np.float32] = best.min(axis=1)
    return floors


def _write(
    folder: Path,
    encoder: EncoderRow,
    index: hnswlib.Index,
    last: int,
    generation: int,
    ef: int,
    recall: float,
) -> SnapshotRow:
    name = f"vectors-{encoder.id}-{generation}{SUFFIX}"
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
        sync(temporary)
        digest = sha256(temporary)
        temporary.replace(folder / name)
        sync(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    remember(folder / name, digest)
    return SnapshotRow(
        name, digest, size, index.dim, index.get_current_count(), last, generation, ef, recall
    )


def remove_strays(folder: Path, reader: Reader) -> None:
    """Remove graph files that no row names."""
    current = current_files(reader)
    for path in folder.glob(f"*{SUFFIX}*"):
        if path.name not in current:
            path.unlink(missing_ok=True)
