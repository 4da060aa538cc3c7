"""Progress of long work on standard error: a bar with rate and time left on a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.visible import visible

if TYPE_CHECKING:
    from app.scoring.files import Scored
    from indexes.events import IndexEvent, Progressed, Reencoded

REFRESH_S = 0.1
BAR = 20


class _Progress:
    """A line on standard error that is drawn over and over; silent where that is no terminal."""

    def __init__(self) -> None:
        self._active = sys.stderr.isatty()
        self._began = time.monotonic()
        self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    def _draw(self, text: str) -> None:
        self._drawn = time.monotonic()
        # A line that wraps would not be drawn over.
        room = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{visible(text)[:room]}")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._active and self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class IndexProgress(_Progress):
    """Renders an index run."""

    def __init__(self) -> None:
        super().__init__()
        self._total_bytes = 0
        self._total_files = 0

    def __call__(self, event: IndexEvent) -> None:
        """Take an event."""
        from indexes.events import Building, Progressed, Reencoded, Scanned

        if not self._active:
            return
        if isinstance(event, Scanned):
            self._total_files, self._total_bytes = event.files, event.bytes
        elif isinstance(event, Building):
            if not event.done or time.monotonic() - self._drawn > REFRESH_S:
                share = event.done / event.vectors
                self._draw(f"{_bar(share)}  building the graph of {event.vectors:,} vectors")
        elif isinstance(event, Reencoded):
            self._draw(self._moved(event))
        elif isinstance(event, Progressed) and time.monotonic() - self._drawn > REFRESH_S:
            self._draw(self._status(event))

    def _moved(self, event: Reencoded) -> str:
        seconds = max(time.monotonic() - self._began, 1e-6)
        share = event.texts / max(event.total, 1)
        rate = max(event.now, 1) / seconds
        left = _clock((event.total - event.texts) / rate)
        return f"{_bar(share)}  {event.texts:,}/{event.total:,} texts  {rate:,.0f}/s  {left} left"

    def _status(self, event: Progressed) -> str:
        from indexes.events import LONG_DOCUMENT

        seconds = max(time.monotonic() - self._began, 1e-6)
        share = min(event.bytes / self._total_bytes, 1.0) if self._total_bytes else 1.0
        status = f"{_bar(share)}  {event.files:,}/{self._total_files:,} files"
        if event.of >= LONG_DOCUMENT:
            status += f", {event.done:,}/{event.of:,} passages of the last"
        elif event.passages:
            status += f"  {event.passages / seconds:,.0f} passages/s"
        if event.passages and share > 0:  # before that, any rate would be made up
            return f"{status}  {_clock(seconds * (1 - share) / share)} left"
        return status


class ScoreProgress(_Progress):
    """Renders the scoring of a file.

    Args:
        total_bytes: Of the file; None where that is not known, as of a pipe.
        quiet: Where the scores themselves go to the same terminal.
    """

    def __init__(self, total_bytes: int | None, *, quiet: bool = False) -> None:
        super().__init__()
        self._active = self._active and not quiet
        self._total_bytes = total_bytes

    def __call__(self, scored: Scored) -> None:
        """Take how far it is."""
        if not self._active or time.monotonic() - self._drawn <= REFRESH_S:
            return
        seconds = max(time.monotonic() - self._began, 1e-6)
        status = f"{scored.pairs:,} pairs  {scored.pairs / seconds:,.0f} pairs/s"
        if self._total_bytes:
            share = min(scored.bytes / self._total_bytes, 1.0)
            left = _clock(seconds * (1 - share) / share) if share > 0 else "?"
            status = f"{_bar(share)}  {status}  {left} left"
        self._draw(status)


def _bar(share: float) -> str:
    filled = int(share * BAR)
    return f"{'█' * filled}{'░' * (BAR - filled)} {share:4.0%}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
