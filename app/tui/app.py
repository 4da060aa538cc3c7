"""The application: it owns the engine thread, and hands on what that tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from app.tui.actions import bindings
from app.tui.engine import Backend, EngineThread
from app.tui.messages import (
    OPENING,
    EngineChanged,
    EngineReport,
    EngineState,
    Event,
    Found,
    Opened,
    Problem,
    Ready,
    Scored,
)
from app.tui.screens.search import SearchScreen

if TYPE_CHECKING:
    from app.settings import Settings

DEFAULT = "default"
GRACE = 0.5
"""Seconds that quitting waits for the engine to finish what it is at."""


class SearchApp(App[None]):
    """The terminal interface.

    Args:
        session_factory: Opens the session; called in the engine thread.
        names: The collections to search.
        settings: What the user set.
    """

    TITLE = "jtcse"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = "search"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(
        self, session_factory: Callable[[], Backend], names: Sequence[str], settings: Settings
    ) -> None:
        # Without its own colours, Textual honours NO_COLOR by sending none at all, not by greys.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self._names = tuple(names)
        self._settings = settings
        self.engine = EngineThread(session_factory, names, self._emit)
        self._state = EngineState()
        self._told: list[Screen[None]] = []
        self.add_mode("search", self._search_screen)
        self.add_mode("score", self._score_screen)

    def _search_screen(self) -> Screen[None]:
        screen = SearchScreen(self.engine, self._names, self._settings, self._state)
        self._told.append(screen)
        return screen

    def _score_screen(self) -> Screen[None]:
        from app.tui.screens.score import ScoreScreen

        screen = ScoreScreen(self.engine, self._settings, self._state)
        self._told.append(screen)
        return screen

    def on_mount(self) -> None:
        """Start the engine once something is to be seen: its imports would delay that."""
        self.call_after_refresh(self.engine.start)

    def on_unmount(self) -> None:
        """Stop the engine, whatever ended the application."""
        self.engine.stop()

    def _emit(self, event: Event) -> None:
        try:
            self.post_message(EngineReport(event))
        except RuntimeError:
            # The event loop closed between the engine's look at its stop flag and now.
            if not self.engine.stopping:
                raise

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        before = self._state
        self._state = _next_state(before, message.event)
        for screen in self._told:
            if self._state is not before:
                screen.post_message(EngineChanged(self._state))
            screen.post_message(EngineReport(message.event))
        if isinstance(message.event, Found) and not self._state.collections:
            # They were missing at first, and have been made since.
            self.engine.reopen(self._names)

    def action_show(self, mode: str) -> None:
        """Show another screen."""
        self.switch_mode(mode)

    def action_help(self) -> None:
        """Show all keys."""
        from app.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    async def action_quit(self) -> None:
        """Quit. Nothing is waited for here: see `run`."""
        self.engine.stop()
        self.exit()


def _next_state(state: EngineState, event: Event) -> EngineState:
    match event:
        case Opened():
            return replace(state, collections=event.collections, problem=None)
        case Found(answer=answer) if answer.mode == "lexical":
            return state
        case Ready() | Found() | Scored():
            # An answer shows that the encoder is there, also after a problem that was mended.
            return state if state.phase == "ready" else replace(state, phase="ready", problem=None)
        case Problem(generation=generation) if generation == OPENING:
            return replace(state, phase="failed", problem=event)
        case _:
            return state


def run(session_factory: Callable[[], Backend], names: Sequence[str], settings: Settings) -> int:
    """Show the interface until the user quits, and return the exit code."""
    app = SearchApp(session_factory, names or (DEFAULT,), settings)
    app.run()
    code = app.return_code or 0
    app.engine.stop()
    if app.engine.is_alive():
        app.engine.join(GRACE)
    if app.engine.is_alive():
        # An encoder that loads or computes cannot be interrupted, and a daemon thread inside
        # native code can abort an interpreter that shuts down.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
