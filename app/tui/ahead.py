"""Keys typed ahead: each goes where it would have gone, had the user waited for the one before.

A key that opens a screen, moves the focus or answers a dialog takes some steps of several widgets
until all it does is done. Keys that come meanwhile, as from a fast hand or over a slow line, are
kept until then. Letters that follow letters wait for nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ScreenStackError
from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

Typed = events.Key | events.Paste

ROUNDS = 3
"""Times that every widget above the focus must have come to the end of what it had to do: a key
makes a message, that a change of screens, and that calls back."""

WAIT = 0.002

PATIENCE = 1.0
"""Seconds after which a key is delivered whatever goes on."""

LOADING = 10.0
"""The same for keys that a list understands, before results that an encoder is loaded for: on a
cold or busy machine that takes longer. Any other key, as one that amends the query, ends it."""

_LISTED = {"enter", "up", "down", "pageup", "pagedown", "home", "end"}


class TypeAhead:
    """Holds keys back until those before them have done all they do.

    Args:
        app: Whose keys they are.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: deque[Typed] = deque()
        self._released: list[Typed] = []
        self._task: asyncio.Task[None] | None = None
        self._target: MessagePump = app
        # As after a key that opens a screen: there is none yet.
        self._typed = self._acted = True

    def holds(self, event: Typed) -> bool:
        """Return whether a key must wait; it is posted to the app again when it need not."""
        if any(event is one for one in self._released):
            self._released.remove(event)
            self._target = self._app.focused or self._app.screen
            return False
        if self._task is None and self._may_go(event):
            self._went(event)
            self._target = self._app.focused or self._app.screen
            return False
        self._held.append(event)
        if self._task is None:
            self._task = asyncio.create_task(self._deliver(), name="keys typed ahead")
            self._task.add_done_callback(self._delivered)
        return True

    def stop(self) -> None:
        """Deliver no more."""
        self._held.clear()
        if self._task is not None:
            self._task.cancel()

    def _may_go(self, event: Typed) -> bool:
        return not self._acted if self._is_text(event) else not self._typed

    def _went(self, event: Typed) -> None:
        self._typed = True
        self._acted = self._acted or not self._is_text(event)

    def _is_text(self, event: Typed) -> bool:
        return (
            isinstance(event, events.Key)
            and event.is_printable
            and isinstance(self._app.focused, Input | TextArea)
        )

    async def _deliver(self) -> None:
        while self._held and self._app.is_running:
            await self._settle()
            self._typed = self._acted = False
            while self._held and self._may_go(self._held[0]):
                event = self._held.popleft()
                self._went(event)
                self._released.append(event)
                self._app.post_message(event)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._app._handle_exception(error)  # type: ignore[arg-type]

    async def _settle(self) -> None:
        begun = asyncio.get_running_loop().time()
        quiet = 0
        while quiet < ROUNDS and self._app.is_running:
            before, end = self._place(), begun + self._patience()
            for pump in self._concerned():
                await _idle(pump, end)
            quiet = quiet + 1 if before == self._place() and before is not None else 0
            if not quiet:
                await asyncio.sleep(WAIT)
            if asyncio.get_running_loop().time() >= end:
                break

    def _patience(self) -> float:
        try:
            loading = getattr(self._app.screen, "expecting_encoder", False)
        except ScreenStackError:
            loading = False
        return LOADING if loading and all(map(_is_listed, self._held)) else PATIENCE

    def _place(self) -> tuple[object, object] | None:
        """Where keys go now; None while the screen cannot take them yet."""
        try:
            screen = self._app.screen
        except ScreenStackError:
            return None
        expecting = getattr(screen, "expecting", False)
        return (screen, screen.focused) if screen.is_mounted and not expecting else None

    def _concerned(self) -> Iterable[MessagePump]:
        """The app, then what the last key went to and what has the focus, each up to its screen."""
        try:
            starts = [self._target, self._app.focused or self._app.screen]
        except ScreenStackError:
            starts = []
        found: list[MessagePump] = [self._app]
        for start in starts:
            at: MessagePump | None = start
            while at is not None and at not in found:
                found.append(at)
                at = at._parent
        return [*found, self._app]


def _is_listed(event: Typed) -> bool:
    return isinstance(event, events.Key) and (event.is_printable or event.key in _LISTED)


async def _idle(pump: MessagePump, end: float) -> None:
    """Wait until a widget has done all that it has been told until now."""
    if pump._closed or pump._closing:
        await asyncio.sleep(0)
        return
    done = asyncio.Event()
    if pump.post_message(events.Callback(done.set)):
        left = max(0.0, end - asyncio.get_running_loop().time())
        try:
            await asyncio.wait_for(done.wait(), left)
        except TimeoutError:
            return
