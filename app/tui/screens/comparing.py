"""What the ways to compare have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, TextArea

from app.keys import Scope
from app.tui.actions import bindings
from app.tui.debounce import Debounce
from app.tui.engine import Engine
from app.tui.messages import EngineChanged, EngineState
from app.tui.widgets.keys import Keys
from app.tui.widgets.statusbar import StatusBar
from app.tui.widgets.texts import Texts
from app.tui.widgets.views import Views
from app.tui.work import WorkChanged
from app.visible import visible_line

if TYPE_CHECKING:
    from app.settings import Settings
    from app.tui.app import SearchApp
    from app.tui.events import Problem

PATIENCE = 0.15
"""Seconds after which a comparison that is not there is said to run."""


class Comparing(Screen[None]):
    """A way to compare: names of all ways above, status and keys below.

    Args:
        engine: Answers.
        settings: What the user set.
        state: How far the engine is.
    """

    VIEW: ClassVar[str]
    SCOPES: ClassVar[tuple[Scope, ...]] = ("score",)
    IN_PANE: ClassVar[tuple[Scope, ...]] = SCOPES
    """Whose keys come first where nothing is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("score")]

    def __init__(self, engine: Engine, settings: Settings, state: EngineState) -> None:
        super().__init__()
        self.engine = engine
        self.state = state
        self.typing = Debounce(self, settings.tui_debounce_ms / 1000)
        self.generation = 0
        self._patience = Debounce(self, PATIENCE)
        self._encoder = visible_line(settings.encoder)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Views(self.VIEW)
        yield from self.body()
        yield StatusBar(id="status")
        yield Keys(*self.SCOPES)

    def body(self) -> ComposeResult:
        """Lay out what stands between the names of the ways and the status."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show how far the engine is."""
        self.status.place = f"encoder: {self._encoder}"
        self._show_state()

    def on_descendant_focus(self) -> None:
        """Offer the keys of the part that has the focus."""
        typing = isinstance(self.focused, Input | TextArea)
        self.query_one(Keys).offer(*(self.SCOPES if typing else self.IN_PANE))

    @property
    def home(self) -> SearchApp:
        """The application."""
        return cast("SearchApp", self.app)

    @property
    def status(self) -> StatusBar:
        """What is compared with, and how it goes."""
        return self.query_one("#status", StatusBar)

    def told(self, text: str) -> Content:
        """Return a text with the keys named that it speaks of."""
        return Content(self.home.key_names.fill(text))

    @property
    def fields(self) -> list[Input | Texts]:
        """What can be typed into, in its order."""
        return [one for one in self.query("*") if isinstance(one, Input | Texts)]

    def action_clear(self) -> None:
        """Empty the text at hand; when it is empty, all. From elsewhere, go to the first."""
        fields = self.fields
        at_hand = [one for one in fields if one.has_focus]
        filled = [one for one in at_hand if _content(one)]
        for one in filled or (fields if at_hand else []):
            _empty(one)
        if not filled:
            fields[0].focus()
        if at_hand and not any(map(_content, fields)):
            self.emptied()

    def emptied(self) -> None:
        """Nothing is typed any more."""

    def new_question(self) -> int:
        """Return the generation of a question; answers to earlier ones are stale."""
        self.generation = self.engine.next_generation()
        return self.generation

    def wait(self) -> None:
        """Say that an answer is awaited, unless it comes soon."""
        self._patience.ask(self._show_waiting)

    def came(self, news: str = "ready") -> None:
        """Say that the answer is there."""
        self._patience.cancel()
        self.status.news = self.home.key_names.fill(news)

    def failed(self, problem: Problem) -> str:
        """Say in the status that there is no answer, and return why."""
        self.came("failed")
        return visible_line(problem.message) + "\n\n" + visible_line(problem.hint)

    def _show_waiting(self) -> None:
        self.status.news = "loading encoder…" if self.state.phase == "loading" else "comparing…"

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        self.state = message.state
        self._show_state()

    @on(WorkChanged)
    def _work_changed(self) -> None:
        self.status.work = self.home.work.line

    def _show_state(self) -> None:
        self.status.news = "loading encoder…" if self.state.phase == "loading" else "ready"


def _content(field: Input | Texts) -> str:
    return field.value if isinstance(field, Input) else field.text


def _empty(field: Input | Texts) -> None:
    if isinstance(field, Input):
        field.value = ""
    else:
        field.put("")
