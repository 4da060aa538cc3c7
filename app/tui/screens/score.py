"""Two texts, and how similar they are in meaning, while they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static, TextArea

from app.keys import Scope, key
from app.tui.actions import bindings
from app.tui.debounce import Debounce
from app.tui.events import Compared, Problem
from app.tui.fit import flow
from app.tui.messages import EngineReport
from app.tui.scoring_jobs import Compare, CompareMore
from app.tui.screens.comparing import Comparing
from app.tui.widgets.texts import Texts
from app.visible import visible_line

if TYPE_CHECKING:
    from app.scoring.comparing import Carrier, Comparison
    from app.settings import Settings
    from app.tui.engine import Engine
    from app.tui.messages import EngineState

BAR = 40
AT_REST = 0.4
"""Seconds after which the other encoders are asked too."""

INVITATION = (
    "Type two texts, or paste them, to see how similar they are in meaning. "
    f"{key('score.next')} changes sides."
)
SCALE = "1 is the same meaning, about 0 nothing in common."


class ScoreScreen(Comparing):
    """The similarity of two typed texts, what it means, and the words that carry it."""

    VIEW = "score"
    SCOPES: ClassVar[tuple[Scope, ...]] = ("pair", "score")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pair")]
    AUTO_FOCUS = "#first"

    def __init__(self, engine: Engine, settings: Settings, state: EngineState) -> None:
        super().__init__(engine, settings, state)
        self._rest = Debounce(self, AT_REST if settings.tui_debounce_ms else 0)

    def body(self) -> ComposeResult:
        """Lay out the two texts and what is said of them."""
        with Horizontal(id="sides"):
            for name, label in (("first", "First text"), ("second", "Second text")):
                with Vertical(classes="side"):
                    yield Label(label, classes="score-label")
                    yield Texts(id=name)
        with VerticalScroll(id="verdict", can_focus=False):
            yield Static(self.told(INVITATION), id="cosine", markup=False)

    @property
    def _sides(self) -> list[Texts]:
        return list(self.query(Texts))

    def on_descendant_focus(self) -> None:
        """Mark the side that has the focus."""
        for side in self.query(".side"):
            focused = side.query_one(Texts).has_focus
            side.query_one(Label).set_class(focused, "-focused")

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.new_question()
        self._rest.cancel()
        self.typing.ask(self._compare)

    def _compare(self) -> None:
        first, second = (side.text.strip() for side in self._sides)
        if first and second:
            self.engine.submit(Compare(self.generation, first, second))
            self.wait()
        else:
            self._show(self.told(INVITATION))
            self.came()

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        if event.generation != self.generation:
            return
        if isinstance(event, Compared):
            self.came()
            self._show(told(event.comparisons, self.size.width - 4))
            if event.others:
                first, second = (side.text.strip() for side in self._sides)
                job = CompareMore(self.generation, first, second)
                self._rest.ask(lambda: self.engine.submit(job))
        elif isinstance(event, Problem):
            self._show(self.told(self.failed(event)))

    def _show(self, text: Content) -> None:
        self.query_one("#cosine", Static).update(text)

    def action_swap(self) -> None:
        """Exchange the sides: the similarity stays, the words that carry it too."""
        first, second = self._sides
        one, other = first.text, second.text
        first.put(other)
        second.put(one)


def told(comparisons: Sequence[Comparison], room: int) -> Content:
    """Say what the encoders say of two texts; the words are those of the first encoder."""
    best = comparisons[0]
    width = max(10, min(BAR, room - 18))
    rows = [
        Content.assemble((f"Similarity {best.cosine:.4f}", "bold"), f"   {best.meaning}"),
        Content(f"{bar(best.cosine, width)}"),
        Content.assemble((SCALE, "dim")),
    ]
    if best.cut:
        rows.append(Content(f"Note: {best.cut}."))
    if best.words_a or best.words_b:
        rows += [
            Content(""),
            Content.assemble(("Words that carry it", "bold"), ("  and their share of it", "dim")),
            *_words("First", best.words_a, room),
            *_words("Second", best.words_b, room),
        ]
    if len(comparisons) > 1:
        rows += [Content(""), Content.assemble(("Encoders", "bold"))]
        rows += [
            Content(f"{visible_line(one.encoder):<24.24} {one.cosine:.4f}   {one.meaning}")
            for one in comparisons
        ]
    return Content("\n").join(rows)


def _words(side: str, words: Sequence[Carrier], room: int) -> list[Content]:
    told = [f"{visible_line(word.text)} {word.part:+.2f}" for word in words] or ["-"]
    lead = f"{side:<8}"
    lines = flow(told, max(10, room - len(lead)))
    return [Content((lead if i == 0 else " " * len(lead)) + line) for i, line in enumerate(lines)]


def bar(cosine: float, width: int) -> str:
    """Draw a cosine: nothing is drawn for 0 and less, all of it for 1."""
    full = round(max(0.0, min(1.0, cosine)) * width)
    return "0 [" + "█" * full + "·" * (width - full) + "] 1"
