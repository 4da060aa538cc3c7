"""Where a collection's encoder stands now, when it is no longer where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jtcse_core.errors import EncoderNotFound

if TYPE_CHECKING:
    from app.caching import QueryCache
    from app.session import Session
    from indexes.reader import EncoderRow


def place_of(session: Session, row: EncoderRow) -> str:
    """Return where a collection's encoder stands: where it stood, or else the same one's name."""
    try:
        session.encoder(row.location)
    except EncoderNotFound:
        from app.encoders import list_encoders

        for one in list_encoders(session):
            if one.card is not None and one.card.fingerprint == row.fingerprint:
                return one.name
    return row.location


def encoder_of(session: Session, row: EncoderRow) -> QueryCache:
    """Open a collection's encoder.

    Raises:
        EncoderNotFound: It does not stand where it stood, and none at hand is the same.
        EncoderDamaged: It cannot be used.
    """
    return session.encoder(place_of(session, row))
