"""How far an index run is, as it is told while files are read and passages encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexes.events import IndexEvent, Progressed


@dataclass
class _Document:
    """The last document that came to be encoded; `size` is what is not counted as read yet."""

    path: str = ""
    size: int = 0
    passages: int = 0
    queued: int = 0


class Telling:
    """Counts what is read and encoded, and tells it.

    Args:
        on_event: Told; what it raises ends the run.
    """

    def __init__(self, on_event: Callable[[IndexEvent], None]) -> None:
        self._on_event = on_event
        self._document = _Document()
        self._files = self._bytes = 0
        self._last = Progressed(0, 0, 0, "")
        self.encoded = 0
        """Passages since the run began."""

    def read(self, path: str, size: int) -> None:
        """A file is done, as far as reading goes."""
        self._files += 1
        self._bytes += size
        self._document.size = 0
        self._tell(Progressed(self._files, self._bytes, self.encoded, path))

    def begin(self, path: str, size: int, passages: int) -> None:
        """A document comes to be encoded."""
        self._document = _Document(path, size, passages)

    def queue(self) -> None:
        """Its next passage waits to be encoded."""
        self._document.queued += 1

    def encoding(self, done: int, of: int) -> None:
        """Of the texts at hand, the last of that document's, some are encoded."""
        document = self._document
        reached = max(0, document.queued - (of - done))
        share = reached / document.passages if document.passages else 1.0
        size = self._bytes + int(document.size * share)
        self._tell(
            Progressed(
                self._files, size, self.encoded + done, document.path, reached, document.passages
            )
        )

    def done(self, count: int) -> None:
        """All of them are, and are safe on disk."""
        self.encoded += count
        self.encoding(0, 0)

    def again(self) -> None:
        """Nothing happened, but somebody may want to stop."""
        self._on_event(self._last)

    def _tell(self, event: Progressed) -> None:
        self._last = event
        self._on_event(event)
