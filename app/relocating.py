"""Where a collection's encoder stands now, when it is no longer where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.settings import DEFAULT_ENCODER
from indexes.database import storage_errors
from jtcse_core.errors import CoreError, EncoderNotFound

if TYPE_CHECKING:
    from app.caching import QueryCache
    from app.session import Session
    from indexes.reader import EncoderRow


class Places:
    """Where the encoders of collections stand: the one way to open them.

    Args:
        session: Opens what is there.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._moved: dict[str, str] = {}
        """Names by fingerprint, of those that were found elsewhere."""

    def of(self, row: EncoderRow, collection: str = "COLLECTION") -> str:
        """Return where an encoder stands: where it stood, or else the same one's name.

        Raises:
            EncoderNotFound: It does not stand where it stood, and none at hand is the same.
        """
        location = self._moved.get(row.fingerprint) or self._find(row, collection)
        opened = self._session.encoder(location).fingerprint
        if opened != row.fingerprint and self._stands_at(location) == row.fingerprint:
            self._session.reopen(location)  # it took the place of the one that is open
        return location

    def _find(self, row: EncoderRow, collection: str) -> str:
        try:
            self._session.encoder(row.location)
        except EncoderNotFound:
            from app.encoders import list_encoders

            for one in list_encoders(self._session):
                if one.card is not None and one.card.fingerprint == row.fingerprint:
                    self._moved[row.fingerprint] = one.name
                    return one.name
            if row.location == DEFAULT_ENCODER:
                raise  # that says why it is missing, which is what has to be mended
            raise EncoderNotFound(
                f"the encoder of the collection, {row.name}, is gone: it stood at {row.location}",
                "move it to one that jtcse models list names: "
                f"jtcse models use NAME -c {collection} --yes",
            ) from None
        return row.location

    def _stands_at(self, location: str) -> str:
        """Return the fingerprint of the encoder that stands there now; empty when none does."""
        from jtcse_core.card import read_card
        from jtcse_core.locations import resolve_encoder

        try:
            return read_card(resolve_encoder(location, self._session.installed)).fingerprint
        except CoreError:
            return ""

    def newest(self, location: str) -> QueryCache:
        """Open the encoder that stands at a place now, be another one from there open.

        Raises:
            EncoderNotFound: There is none.
            EncoderDamaged: It cannot be used.
        """
        if self._stands_at(location) not in ("", self._session.encoder(location).fingerprint):
            self._session.reopen(location)
        return self._session.encoder(location)

    def of_collection(self, name: str) -> str | None:
        """Return where a collection's encoder stands; None while nothing is indexed."""
        reader = self._session.view(name).reader
        with storage_errors(reader.folder):
            row = reader.encoder()
        return None if row is None else self.of(row, name)

    def encoder(self, row: EncoderRow) -> QueryCache:
        """Open a collection's encoder.

        Raises:
            EncoderNotFound: It does not stand where it stood, and none at hand is the same.
            EncoderDamaged: It cannot be used.
        """
        return self._session.encoder(self.of(row))
