"""Waiting for a pause in the typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.timer import Timer


class Debounce:
    """Calls back once nothing more was asked for during a while.

    Args:
        owner: Whose timer it is.
        seconds: The pause to wait for; 0 calls back at once.
    """

    def __init__(self, owner: MessagePump, seconds: float) -> None:
        self._owner = owner
        self._seconds = seconds
        self._timer: Timer | None = None

    def ask(self, callback: Callable[[], None], *, now: bool = False) -> None:
        """Call back after the pause, instead of for any earlier request."""
        self.cancel()
        if now or not self._seconds:
            callback()
        else:
            self._timer = self._owner.set_timer(self._seconds, callback)

    def cancel(self) -> None:
        """Do not call back."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
