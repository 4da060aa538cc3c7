"""Long work stands still while somebody types, in this process or in another.

Encoding takes all cores, and a search as you type wants one of them at once. The interface leaves a
mark with each key, a file's time stamp; whoever indexes looks at it before each batch, some
hundredths of a second's work, and waits until the keyboard has rested. A mark that nobody renews
runs out by itself, so nothing can be held up for good.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

MOMENT = 0.5
"""Seconds that long work rests after a key: the pause before a search, the search, its painting."""

RENEWED = 0.1
"""A mark younger than this is not made again."""

MARK = "typing"

Event = TypeVar("Event")


class Courtesy:
    """Asks long work to stand still for a moment, and makes it do so.

    Args:
        state: The folder of the mark.
    """

    def __init__(self, state: Path) -> None:
        self._mark = state / MARK
        self._asked = float("-inf")
        self._working = 0

    def ask(self) -> None:
        """Have long work stand still for a moment, wherever it is done."""
        now = time.monotonic()
        if now - self._asked < RENEWED:
            return
        self._asked = now
        # Where nothing can be written, work goes on as if nobody typed.
        with contextlib.suppress(OSError):
            if not self._mark.exists():
                self._mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._mark.touch(mode=0o600)
            os.utime(self._mark)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """What is done meanwhile is long work, which gives way."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1

    def give_way(self) -> None:
        """Wait, in long work, until nobody types; called before each small part of it."""
        while self._working and (left := self._left()) > 0:
            time.sleep(left)

    def telling(self, on_event: Callable[[Event], None]) -> Callable[[Event], None]:
        """Return what gives way, and then tells."""

        def tell(event: Event) -> None:
            self.give_way()
            on_event(event)

        return tell

    def _left(self) -> float:
        try:
            age = time.time() - self._mark.stat().st_mtime
        except OSError:
            return 0.0
        return MOMENT - age if age >= 0 else 0.0  # a clock that was set back asks for nothing
