"""The application: it owns the engine thread, and hands on what that tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from app.keys import KeyNames, key, remapped
from app.memory import Memory, names_to_open
from app.paths import is_there
from app.tui import notices
from app.tui.actions import bindings
from app.tui.ahead import TypeAhead
from app.tui.events import Event, Found, Surveyed
from app.tui.jobs import Release
from app.tui.looks import put_theme, restore_theme, take_colour
from app.tui.messages import EngineChanged, EngineReport, EngineState, WorkReport
from app.tui.questions import Questions
from app.tui.screens.search import SearchScreen
from app.tui.tidy import Tidy
from app.tui.widgets.statusbar import StatusBar
from app.tui.work import Work
from app.visible import visible

if TYPE_CHECKING:
    from textual.driver import Driver

    from app.settings import Settings
    from app.tui.crew import Crew
    from app.tui.prelude import Prelude


COMPARING = {
    "score": "Two texts: how similar they are",
    "matrix": "Matrix: all texts of a list with each other",
    "align": "Two documents, sentence by sentence",
    "pairs": "Pairs: score a file of them, against gold",
}
"""Modes of comparing, and what they do."""

MODES = ("search", *COMPARING, "collections", "encoders")


class SearchApp(App[None]):
    """The terminal interface.

    Args:
        crew: Gives what answers and what does long work.
        names: The collections to search; empty for those of the last time.
        settings: What the user set.
        memory: What is remembered from one run to the next.
        prelude: What is shown in the terminal until then.

    Raises:
        SettingError: A setting of the interface is wrong.
    """

    TITLE = "jtcse"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = "search"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(
        self,
        crew: Crew,
        names: Sequence[str],
        settings: Settings,
        memory: Memory | None = None,
        prelude: Prelude | None = None,
    ) -> None:
        # Without its own colours, Textual honours NO_COLOR by sending none at all, not by greys.
        super().__init__(
            driver_class=_driver(), ansi_color=True if os.environ.get("NO_COLOR") else None
        )
        put_theme(self, settings.tui_theme)
        self.actions = remapped(settings.tui_keys)
        self.key_names = KeyNames(self.actions)
        self.set_keymap(settings.tui_keys)
        self._ahead = TypeAhead(self)
        self._tidy = Tidy(self)
        self.memory = memory or Memory(None)
        self._left = self.memory.state()
        restore_theme(self, settings.tui_theme, self._left.get("theme"))
        self._dressed = self.theme
        self._names = names_to_open(names, self._left)
        self._settings = settings
        self._crew = crew
        self.prelude = prelude
        self.engine = crew.engine(self._emit, self.memory.log)
        self.engine.reopen(self._names)
        self.work = Work(self, crew)
        self._state = EngineState()
        self._told: list[Screen[None]] = []
        self._comparing = next(iter(COMPARING))
        self.questions = Questions(self.engine)
        for mode in MODES:
            self.add_mode(mode, partial(self._screen_of, mode))

    def _screen_of(self, mode: str) -> Screen[None]:
        screen = self._make(mode)
        self._told.append(screen)
        return screen

    def _make(self, mode: str) -> Screen[None]:
        # Imported when first shown: the first paint of the search waits for nothing else.
        if mode in COMPARING:
            return self._make_comparing(mode)
        if mode == "collections":
            from app.tui.screens.collections import CollectionsScreen

            return CollectionsScreen()
        if mode == "encoders":
            from app.tui.screens.encoders import EncodersScreen

            return EncodersScreen(self.engine)
        return SearchScreen(self.engine, self._names, self._settings, self._state, self._left)

    def _make_comparing(self, mode: str) -> Screen[None]:
        from app.tui.screens.align import AlignScreen
        from app.tui.screens.matrix import MatrixScreen
        from app.tui.screens.pairs import PairsScreen
        from app.tui.screens.score import ScoreScreen

        kinds = {"matrix": MatrixScreen, "align": AlignScreen, "pairs": PairsScreen}
        return kinds.get(mode, ScoreScreen)(self.engine, self._settings, self._state)

    def watch_theme(self) -> None:
        """Take colour away, or give it back, with the theme."""
        take_colour(self)

    @property
    def told(self) -> Sequence[Screen[None]]:
        """The screens that were shown so far."""
        return self._told

    def on_mount(self) -> None:
        """Begin, once something is to be seen."""
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self._begin)

    def _resumed(self, _: object) -> None:
        # Whatever had the terminal meanwhile, nothing of ours stands there any more.
        self.refresh(layout=True)

    async def on_event(self, event: events.Event) -> None:
        """Take keys one after another."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._tidy.typed()
            self._crew.typed()
            if isinstance(event, events.Paste):
                # Whatever it is pasted into. Terminals send a carriage return for a line's end.
                lines = event.text.replace("\r\n", "\n").replace("\r", "\n")
                event.text = visible(lines)
            leaving = isinstance(event, events.Key) and event.key in self._quit_keys
            if not leaving and self._ahead.holds(event):
                return
        await super().on_event(event)

    @property
    def _quit_keys(self) -> list[str]:
        return next(one.keys for one in self.actions if one.id == "quit").split(",")

    def _begin(self) -> None:
        self._tidy.start()
        self.engine.start()
        self._keep_frame()
        if isinstance(self._left.get("watched"), list) and self._left["watched"]:
            self.questions.survey(self._watch_again)

    def _keep_frame(self) -> None:
        """Keep what the search looks like before anything is typed, for the next start."""
        if not isinstance(self.screen, SearchScreen) or not self.screen.untouched:
            return
        from app.tui.first_frame import frame_of
        from app.tui.prelude import frame_key

        frame = frame_of(self.screen, self.screen.field)
        with suppress(OSError):  # there is no terminal
            if frame is not None:
                key = frame_key(self._names, self._settings, self._left)
                self.memory.keep_frame(key, frame)

    def _watch_again(self, surveyed: Surveyed) -> None:
        for info in surveyed.collections:
            if info.name in self._left["watched"]:
                roots = [root.path for root in info.roots if is_there(root.path)]
                self.work.watch(info.name, roots)

    def on_unmount(self) -> None:
        """Stop the threads, whatever ended the application."""
        self._tidy.stop()
        self._ahead.stop()
        self.work.stop()
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
        self._state = before.after(message.event)
        for screen in self._told:
            if self._state is not before:
                screen.post_message(EngineChanged(self._state))
            screen.post_message(EngineReport(message.event))
        self.questions.answered(message.event)
        if isinstance(message.event, Found) and not self._state.collections:
            # They were missing at first, and have been made since.
            self.engine.reopen(self._names)

    def choose_names(self, names: tuple[str, ...]) -> None:
        """Search these collections from now on."""
        self._names = names
        self.engine.reopen(names)

    def search_in(self, name: str) -> None:
        """Show the search of a collection."""
        self._search_from_now_on((name,))
        self.switch_mode("search")
        self.screen.query_one("#query").focus()

    def _search_from_now_on(self, names: tuple[str, ...]) -> None:
        for screen in self._told:
            if isinstance(screen, SearchScreen):
                screen.choose_names(names)

    def reopen(self) -> None:
        """Look again at the collections that are searched: they have changed."""
        self.engine.reopen(self._names)

    def release(self, name: str) -> None:
        """Let go of a collection that was removed; it is searched no more."""
        self.engine.submit(Release(name))
        if name in self._names:
            left = [one for one in self._names if one != name]
            self._search_from_now_on(names_to_open(left, {}))

    @on(WorkReport)
    def _work_reported(self, message: WorkReport) -> None:
        self.work.reported(message.report)

    def move_collection(self, names: tuple[str, ...], *, sound: bool = False) -> None:
        """Offer to encode a collection anew; the first of these that cannot be searched as it is.

        Args:
            names: Collections.
            sound: Whether the first one is meant when all can be searched.
        """
        from app.tui.screens.moving import ask_encoder

        ask_encoder(self, names, sound=sound)

    def add_folder(self, name: str, typed: str = "") -> None:
        """Ask for a folder, and index it."""
        from app.tui.screens.chooser import ask_folder

        def answered(folder: str | None) -> None:
            if folder:
                self.work.index_folder(name, folder)

        self.push_screen(ask_folder(start=typed), answered)

    # Actions

    def action_show(self, mode: str) -> None:
        """Show another screen."""
        if mode in COMPARING:
            self._comparing = mode
        self.switch_mode(mode)

    def action_compare(self) -> None:
        """Show the way to compare that was used last; from there, the next one."""
        ways = list(COMPARING)
        if self.current_mode in COMPARING:
            self._comparing = ways[(ways.index(self.current_mode) + 1) % len(ways)]
        self.switch_mode(self._comparing)

    def action_help(self) -> None:
        """Show all keys."""
        from app.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            nodes = [self.screen, *self.screen.query("*")]
            tables = [table for node in nodes for table in node._bindings.key_to_bindings.values()]
            ids = {binding.id for table in tables for binding in table}
            self.push_screen(HelpScreen({one.scope for one in self.actions if one.id in ids}))

    def action_help_quit(self) -> None:
        """Say how to quit, which this key does elsewhere."""
        for bar in self.screen.query(StatusBar):
            bar.news = self.key_names.fill(f"{key('quit')} quits")

    def action_pause_work(self) -> None:
        """Pause long work, or go on with it."""
        self.work.pause()

    def action_cancel_work(self) -> None:
        """Stop long work."""
        self.work.cancel()

    async def action_quit(self) -> None:
        """Quit. Nothing is waited for here: see `run`."""
        self.remember()
        self._ahead.stop()
        left = self.work.unfinished
        self.work.stop()
        self.engine.stop()
        self.exit(message=Text(notices.left_undone(left)) if left else None)

    def remember(self) -> None:
        """Keep how the interface is left, for the next time."""
        state: dict[str, Any] = dict(self._left)
        for screen in self._told:
            if isinstance(screen, SearchScreen):
                state |= screen.left()
        if self.theme != self._dressed:
            state["theme"] = [self._settings.tui_theme, self.theme]
        self.memory.keep_state(state | {"watched": sorted(self.work.watched)})

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every action that works here in the palette, with its key."""
        from app.tui.palette import commands

        yield from commands(self, screen, COMPARING)

    def _handle_exception(self, error: Exception) -> None:
        # One line, and where the rest stands: a screenful of traceback helps no user.
        path = self.memory.log(error)
        if path is None:
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        told = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        # What it was about may stand in it, the name of a file for one.
        self.panic(Text(visible(f"jtcse: the interface failed: {told}; the log is {path}")))


def _driver() -> type[Driver] | None:
    # One that is named is meant, as by those who serve the interface to browsers.
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from app.tui.driver import TerminalDriver

    return TerminalDriver


def run(
    crew: Crew,
    names: Sequence[str],
    settings: Settings,
    memory: Memory,
    prelude: Prelude | None = None,
) -> int:
    """Show the interface until the user quits, and return the exit code.

    Args:
        crew: Gives what answers and what does long work.
        names: The collections to search.
        settings: What the user set.
        memory: What is remembered from one run to the next.
        prelude: What is shown in the terminal until then.

    Raises:
        SettingError: A setting of the interface is wrong.
    """
    app = SearchApp(crew, names, settings, memory, prelude)
    try:
        app.run()
    finally:  # its terminal may be gone, which is a signal, and nobody quit
        app.remember()
        app.engine.stop()
        app.work.stop()
    return app.return_code or 0
