"""Two texts, and how similar they are in meaning, while they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Label, Static

from app.tui.actions import bindings
from app.tui.debounce import Debounce
from app.tui.engine import Engine
from app.tui.events import Problem, Scored
from app.tui.jobs import Score
from app.tui.messages import EngineChanged, EngineReport, EngineState
from app.tui.widgets.keys import Keys
from app.tui.widgets.statusbar import StatusBar
from app.tui.work import WorkChanged
from app.visible import visible_line

if TYPE_CHECKING:
    from app.settings import Settings
    from app.tui.app import SearchApp

BAR = 40
INVITATION = "Type two sentences to see how similar they are in meaning."

SCALE = "A cosine: 1 for the same meaning, about 0 for nothing in common."


class ScoreScreen(Screen[None]):
    """The cosine of two typed texts.

    Args:
        engine: Answers.
        settings: What the user set.
        state: How far the engine is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("score")]
    AUTO_FOCUS = "#first"

    def __init__(self, engine: Engine, settings: Settings, state: EngineState) -> None:
        super().__init__()
        self._engine = engine
        self._state = state
        self._typing = Debounce(self, settings.tui_debounce_ms / 1000)
        self._encoder = visible_line(settings.encoder)
        self._generation = 0

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(id="score-panes"):
            for name, label in (("first", "First text"), ("second", "Second text")):
                with Horizontal(classes="score-text"):
                    yield Label(label, classes="score-label")
                    yield Input(id=name, compact=True, select_on_focus=False)
            yield Static(Content(INVITATION), id="cosine", markup=False)
        yield StatusBar(id="status")
        yield Keys("score")

    def on_mount(self) -> None:
        """Show how far the engine is."""
        self._status.place = f"encoder: {self._encoder}"
        self._show_state()

    def on_descendant_focus(self) -> None:
        """Mark the field that has the focus."""
        for row in self.query(".score-text"):
            focused = row.query_one(Input).has_focus
            row.query_one(Label).set_class(focused, "-focused")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._generation = self._engine.next_generation()
        self._typing.ask(self._score)

    def _score(self) -> None:
        first, second = (self.query_one(f"#{name}", Input).value for name in ("first", "second"))
        if first.strip() and second.strip():
            self._engine.submit(Score(self._generation, first, second))
        else:
            self._show(INVITATION)

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        if event.generation != self._generation:
            return
        if isinstance(event, Scored):
            self._status.news = "ready"
            self._show(
                f"Similarity {event.cosine:.4f}\n\n{bar(event.cosine, self._bar_width)}\n\n{SCALE}"
            )
        elif isinstance(event, Problem):
            self._status.news = "failed"
            self._show(visible_line(event.message) + "\n\n" + visible_line(event.hint))

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        self._state = message.state
        self._show_state()

    @on(WorkChanged)
    def _work_changed(self) -> None:
        self._status.work = cast("SearchApp", self.app).work.line

    def _show_state(self) -> None:
        loading = self._state.phase == "loading"
        self._status.news = "loading encoder…" if loading else ""

    def _show(self, text: str) -> None:
        self.query_one("#cosine", Static).update(Content(text))

    @property
    def _bar_width(self) -> int:
        return max(10, min(BAR, self.size.width - 20))

    @property
    def _status(self) -> StatusBar:
        return self.query_one("#status", StatusBar)

    def action_clear(self) -> None:
        """Empty the text at hand; when it is empty, both."""
        fields = list(self.query(Input))
        focused = [field for field in fields if field.has_focus and field.value]
        for field in focused or fields:
            field.value = ""
        if not focused:
            fields[0].focus()


def bar(cosine: float, width: int) -> str:
    """Draw a cosine: nothing is drawn for 0 and less, all of it for 1."""
    full = round(max(0.0, min(1.0, cosine)) * width)
    return "0 [" + "█" * full + "·" * (width - full) + "] 1"
