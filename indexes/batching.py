"""Documents on their way into a collection, in batches: their texts encoded, then both written."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexes.documents import NewDocument
from indexes.encoding_ahead import EncodingAhead
from indexes.events import Committed, IndexEvent
from indexes.store import Store
from indexes.telling import Telling
from indexes.types import IndexingEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH_TEXTS = 256
"""New texts that are encoded and committed together. An interruption can cost two such batches:
one that is being encoded, and one that waits for that."""

FIRST_TEXTS = 32
"""The same of a run's first batch, so that the encoder does not wait long for it; each batch that
follows may have twice as many as the one before."""

BATCH_DOCUMENTS = 64
BATCH_SECONDS = 5.0


@dataclass
class _Batch:
    """Documents, and the texts that must have vectors before they are written.

    Attributes:
        most: Texts that it may have.
        began: When, seconds of the steady clock.
    """

    most: int
    documents: list[NewDocument] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def full(self) -> bool:
        return (
            len(self.texts) >= self.most
            or len(self.documents) >= BATCH_DOCUMENTS
            or (bool(self.documents) and time.monotonic() - self.began > BATCH_SECONDS)
        )


class Batches:
    """Takes texts, then the document they are of; encodes what is new, and commits.

    While a batch is encoded, the one before is written; a document is written after all its
    texts. To be closed at the end; what is not finished then is dropped.

    Args:
        store: The collection.
        encoder: Encodes.
        encoder_id: The collection's id of it.
        telling: Told how far it is.
        on_event: Told what is safe on disk.
    """

    def __init__(
        self,
        store: Store,
        encoder: IndexingEncoder,
        encoder_id: int,
        telling: Telling,
        on_event: Callable[[IndexEvent], None],
    ) -> None:
        self._store = store
        self._encoder_id = encoder_id
        self._telling = telling
        self._on_event = on_event
        self._ahead: EncodingAhead[_Batch] = EncodingAhead(encoder, telling.encoding)
        self._batch = _Batch(min(FIRST_TEXTS, BATCH_TEXTS))
        self._passages = 0

    def close(self) -> None:
        """Give up what is being encoded."""
        self._ahead.close()

    def add_text(self, hash_: bytes, text: str) -> None:
        """Take a text of the document that comes next."""
        self._batch.texts.setdefault(hash_, text)
        if len(self._batch.texts) >= self._batch.most:
            self._turn()

    def add_document(self, document: NewDocument) -> None:
        """Take a document, all texts of which were taken."""
        self._batch.documents.append(document)
        if self._batch.full():
            self._turn()

    def settle(self) -> None:
        """Write what is encoded already; called where nothing comes for a while."""
        if self._ahead.ready:
            self._write(self._ahead.finish())

    def finish(self) -> None:
        """Encode and write all that is left."""
        self._turn()
        self._write(self._ahead.finish())

    def _turn(self) -> None:
        """Have the batch at hand encoded, and write the one before meanwhile."""
        batch = self._batch
        self._batch = _Batch(min(2 * batch.most, BATCH_TEXTS))
        if not batch.texts and not batch.documents:
            return
        known = self._store.known_texts(list(batch.texts), self._encoder_id)
        if self._ahead.batch is not None:
            known = known | self._ahead.batch.texts.keys()
        batch.texts = {hash_: text for hash_, text in batch.texts.items() if hash_ not in known}
        self._write(self._ahead.begin(batch, list(batch.texts.values())))

    def _write(self, encoded: tuple[_Batch, NDArray[np.float32]] | None) -> None:
        """Commit the vectors on their own, then the documents."""
        if encoded is None:
            return
        batch, vectors = encoded
        if batch.texts:
            with self._store.transaction():
                self._store.put_vectors(list(batch.texts), vectors, self._encoder_id)
        self._telling.done(len(batch.texts), self._ahead.texts)
        if batch.documents:
            with self._store.transaction():
                for document in batch.documents:
                    self._store.put_document(document)
            self._passages += sum(len(document.passages) for document in batch.documents)
            self._on_event(Committed(len(batch.documents), self._passages))
