"""Move a collection to another encoder: its vectors are made beside the old ones, then swapped.

Until the swap, one transaction, searches use the old vectors. An interrupted move goes on
where it stopped; one to a third encoder drops what was made for the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from indexes import graph
from indexes.cutting import encoded_text, text_hash
from indexes.encoding_ahead import EncodingAhead
from indexes.errors import Damaged
from indexes.events import IndexEvent, Reencoded
from indexes.reader import ENCODER_KEY, EncoderRow, Reader
from indexes.store import Store
from indexes.types import IndexingEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEXT_KEY = "next_encoder"
"""The setting that names the encoder that a collection is moving to."""

BATCH_TEXTS = 256
DROP_TEXTS = 5_000
"""Old vectors that are dropped in one transaction."""


def reencode(
    store: Store,
    reader: Reader,
    encoder: IndexingEncoder,
    location: str,
    graph_from: int,
    on_event: Callable[[IndexEvent], None] = lambda event: None,
) -> int:
    """Move a collection to an encoder; returns how many texts were encoded now.

    Args:
        location: Where the encoder can be found again, by a later search.
        graph_from: Number of vectors from which a graph is kept.
        on_event: Told the progress.

    Raises:
        Damaged: A passage is not what was written.
    """
    new = _begin(store, reader, encoder, location)
    drop_others(store, reader)
    with store.transaction():
        store.collect_garbage()  # what has no passage now gets no vector now: it must not return
    encoded = _encode(store, reader, encoder, new, on_event)
    size = reader.count_vectors(new)
    if size >= graph_from and graph.is_stale(store.folder, reader, new):
        graph.refresh(store.folder, store, reader, new, on_event)
    with store.transaction():
        store.set_meta(ENCODER_KEY, str(new.id))
        store.remove_meta(NEXT_KEY)
    drop_others(store, reader)
    graph.remove_strays(store.folder, reader)
    return encoded


def progress(reader: Reader) -> tuple[EncoderRow, int, int] | None:
    """Return the encoder that a collection is moving to, texts done and texts in all."""
    id_ = reader.meta(NEXT_KEY)
    for row in reader.encoders():
        if str(row.id) == id_:
            return row, reader.count_vectors(row), reader.count("texts")
    return None


def drop_others(store: Store, reader: Reader) -> None:
    """Drop the vectors of encoders that are neither in use nor under way."""
    kept = {store.get_meta(ENCODER_KEY), store.get_meta(NEXT_KEY)}
    for row in reader.encoders():
        if str(row.id) in kept:
            continue
        while True:
            with store.transaction():
                dropped = store.connection.execute(
                    "DELETE FROM vectors WHERE id IN "
                    "(SELECT id FROM vectors WHERE encoder_id = ? LIMIT ?)",
                    (row.id, DROP_TEXTS),
                ).rowcount
            if dropped < DROP_TEXTS:
                break
        with store.transaction():
            store.connection.execute("DELETE FROM snapshots WHERE encoder_id = ?", (row.id,))
            store.connection.execute("DELETE FROM encoders WHERE id = ?", (row.id,))
            store.remove_meta(f"background:{row.id}")


def _begin(store: Store, reader: Reader, encoder: IndexingEncoder, location: str) -> EncoderRow:
    with store.transaction():
        id_ = store.add_encoder(encoder, location)
        if str(id_) != store.get_meta(ENCODER_KEY):
            store.set_meta(NEXT_KEY, str(id_))
        else:
            store.remove_meta(NEXT_KEY)
    return next(row for row in reader.encoders() if row.id == id_)


def _encode(
    store: Store,
    reader: Reader,
    encoder: IndexingEncoder,
    new: EncoderRow,
    on_event: Callable[[IndexEvent], None],
) -> int:
    total, before, encoded = reader.count("texts"), reader.count_vectors(new), 0

    def tell(now: int, _: int) -> None:
        on_event(Reencoded(before + encoded + now, total, encoded + now))

    def write(finished: tuple[list[bytes], NDArray[np.float32]] | None) -> None:
        nonlocal encoded
        if finished is not None:
            with store.transaction():
                store.put_vectors(*finished, new.id)
            encoded += len(finished[0])
            tell(0, 0)

    with closing(EncodingAhead[list[bytes]](encoder, tell)) as ahead:
        for hashes, texts in _missing(reader, new):
            write(ahead.begin(hashes, texts))
        write(ahead.finish())
    return encoded


def _missing(reader: Reader, new: EncoderRow) -> Iterator[tuple[list[bytes], list[str]]]:
    """Yield the encoded texts that have no vector yet, a batch at a time, with their hashes."""
    after = 0
    while True:
        ids = reader.texts_without_vector(new, after, BATCH_TEXTS)
        if not ids:
            return
        after = ids[-1]
        hashes, texts = [], []
        for text_id, hash_, passage, context in reader.passages_behind(ids):
            text = encoded_text(context, passage.heading, passage.text)
            if text_hash(text) != hash_:
                raise Damaged(f"text {text_id} is damaged", "see: jtcse verify")
            hashes.append(hash_)
            texts.append(text)
        if texts:
            yield hashes, texts
