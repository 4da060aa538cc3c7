"""How far an index run is, as it is told while files are read and passages encoded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from indexes.events import IndexEvent, Progressed


@dataclass
class _Document:
    """A document on its way; `queued` of its passages wait to be encoded, or are."""

    path: str
    size: int
    passages: int
    queued: int = 0


class Telling:
    """Counts what is read and encoded, and tells it.

    Reading goes ahead of encoding, so a document counts as far as its passages are encoded.

    Args:
        on_event: Told; what it raises ends the run.
    """

    def __init__(self, on_event: Callable[[IndexEvent], None]) -> None:
        self._on_event = on_event
        self._documents: deque[_Document] = deque()
        self._files = 0
        self._bytes = 0
        """Of files that need no encoding, and of documents that are encoded."""
        self._last = Progressed(0, 0, 0, "")
        self.encoded = 0
        """Passages since the run began."""

    def read(self, path: str, size: int) -> None:
        """A file is done, as far as reading goes."""
        self._files += 1
        if not self._documents or self._documents[-1].path != path:
            self._bytes += size
        self._tell(Progressed(self._files, max(self._bytes, self._last.bytes), self.encoded, path))

    def begin(self, path: str, size: int, passages: int) -> None:
        """A document comes to be encoded."""
        self._documents.append(_Document(path, size, passages))

    def queue(self) -> None:
        """Its next passage waits to be encoded."""
        self._documents[-1].queued += 1

    def encoding(self, done: int, of: int) -> None:
        """Of the texts that were queued last, some are encoded."""
        document, reached = self._reached(of - done)
        share = reached / document.passages if document.passages else 1.0
        self._tell(
            Progressed(
                self._files,
                self._bytes + int(document.size * share),
                self.encoded + done,
                document.path,
                reached,
                document.passages,
            )
        )

    def done(self, count: int, following: int) -> None:
        """So many are safe on disk, and others follow."""
        self.encoded += count
        self.encoding(0, following)

    def again(self) -> None:
        """Nothing happened, but somebody may want to stop."""
        self._on_event(self._last)

    def _reached(self, left: int) -> tuple[_Document, int]:
        """Return the document whose passages are being encoded, and how many of them are.

        Args:
            left: Passages to go, to the last one that was queued.
        """
        behind = sum(document.queued for document in self._documents) - left
        while len(self._documents) > 1 and behind >= self._documents[0].queued:
            document = self._documents.popleft()
            self._bytes += document.size
            behind -= document.queued
        return self._documents[0], max(behind, 0)

    def _tell(self, event: Progressed) -> None:
        self._last = event
        self._on_event(event)
