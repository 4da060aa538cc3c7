"""Garbage is looked for while nobody types.

To look all objects through takes ten milliseconds and more, and Python does it in the midst of
whatever makes objects: painting. So only the young are looked through as ever, which takes a tenth
of one; the rest when the keyboard has rested, or when it never does.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual._time import get_time

if TYPE_CHECKING:
    from textual.app import App

NEVER = 1_000_000
"""Times that the middle-aged are looked through before the old are: too often to come about."""

EVERY = 1.0
RESTED = 0.3
"""Seconds without a key after which nobody is taken to type."""

AT_LATEST = 4.0
"""Seconds of typing without a rest after which it is time. A key leaves 20 objects to be found."""

AT_REST = 60.0
"""The same where nobody types."""


class Tidy:
    """Looks for garbage at the right time.

    Args:
        app: Whose timer it uses.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._last_key = self._last_time = get_time()
        self._tidied = True
        self._before: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Begin, with what is there now out of the way: it stays."""
        gc.freeze()
        self._before = gc.get_threshold()
        gc.set_threshold(*self._before[:2], NEVER)
        gc.enable()
        self._app.set_interval(EVERY, self._look)

    def stop(self) -> None:
        """Leave it to Python again."""
        if self._before is not None:
            gc.set_threshold(*self._before)

    def typed(self) -> None:
        """Take note of a key."""
        self._last_key, self._tidied = get_time(), False

    def _look(self) -> None:
        now = get_time()
        due = now - self._last_time >= (AT_REST if self._tidied else AT_LATEST)
        if due or (not self._tidied and now - self._last_key >= RESTED):
            gc.collect()
            self._last_time, self._tidied = now, True
