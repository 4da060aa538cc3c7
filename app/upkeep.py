"""What is done to whole collections: archives, and moves to other places and encoders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.encoders import list_encoders
from indexes import portable

if TYPE_CHECKING:
    from app.session import Session
    from indexes.events import IndexEvent


class Upkeep:
    """Work on whole collections of a session.

    Args:
        session: Where they are found, and their encoders.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def reencode(
        self, name: str, encoder: str, on_event: Callable[[IndexEvent], None] = lambda event: None
    ) -> int:
        """Move a collection to another encoder; returns how many texts were encoded now.

        It answers with the old one until the move is complete; see `indexes.reencoding`.
        """
        session = self._session
        location = session.location_of(encoder)
        collection = session.collection(session.catalog.find(name))
        tell = session.courtesy.telling(on_event)
        with session.courtesy.working():
            target = session.places.newest(location)
            return collection.reencode(target, location=location, on_event=tell)

    def export(self, name: str, target: Path) -> int:
        """Write a collection into an archive, in place of what stood there; returns its bytes."""
        return portable.export(self._session.catalog.find(name), target)

    def import_(
        self,
        archive: Path,
        name: str | None = None,
        on_event: Callable[[IndexEvent], None] = lambda event: None,
    ) -> str:
        """Make a collection of an archive, and return its name; by default the one it had.

        Raises:
            BadArchive: It is none, or not what was exported.
            CollectionExists: The name is taken.
        """
        session = self._session
        name = name or portable.read_manifest(archive).name
        with session.catalog.beside(name) as folder:
            portable.unpack(
                archive, folder, session.settings.index_graph_from, self._locate, on_event
            )
        return name

    def _locate(self, fingerprint: str, location: str) -> str:
        """Return where an encoder stands here; where it stood elsewhere when it is not here."""
        for encoder in list_encoders(self._session):
            if encoder.card is not None and encoder.card.fingerprint == fingerprint:
                return encoder.name
        return location

    def reroot(self, name: str, old: Path, new: Path) -> int:
        """Follow a moved folder without reading or encoding; returns how many documents moved."""
        session = self._session
        return session.collection(session.catalog.find(name)).reroot(old, new)

    def compact(self, name: str) -> int:
        """Give the space of removed rows back to the disk; returns the bytes freed."""
        session = self._session
        return session.collection(session.catalog.find(name)).compact()
