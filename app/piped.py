"""Documents that come through a pipe: they have a title in place of a path."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.errors import NothingCame

if TYPE_CHECKING:
    from indexes.sync import Record

PREFIX = "stdin:"
"""What the name of such a document begins with, in place of a folder."""


def record_of(data: bytes, title: str) -> Record:
    """Return the document of that title.

    Raises:
        NothingCame: It is blank: whatever should write it failed.
    """
    from indexes.sync import Record

    if not data.strip():
        raise NothingCame(
            f"nothing came through the pipe for {title!r}; what was indexed before is kept",
            "look at the command that should write it",
        )
    return Record(f"{PREFIX}{title}", title, "", data, time.time_ns())
