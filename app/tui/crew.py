"""Who does what the interface itself has no time for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.tui.engine import Engine
    from app.tui.events import Event
    from app.tui.worker import Report, Worker


class Crew(Protocol):
    """Gives the interface its engine and its worker; `app.tui.remote.Processes` does."""

    def typed(self) -> None:
        """Take note of a key: long work, here or elsewhere, is to stand still for a moment."""
        ...

    def engine(
        self, emit: Callable[[Event], None], log: Callable[[BaseException], object]
    ) -> Engine:
        """Return what answers, not yet started.

        Args:
            emit: Called with each event, in any thread.
            log: Called with an error that nobody foresaw; returns where it stands.
        """
        ...

    def worker(
        self, emit: Callable[[Report], None], log: Callable[[BaseException], object]
    ) -> Worker:
        """Return what does long work; it starts with the first task."""
        ...
