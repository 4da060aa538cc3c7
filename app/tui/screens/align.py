"""Two documents side by side: which sentence of one answers to which of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from app.keys import Scope, key
from app.scoring.wording import describe, percentile_of
from app.tui.actions import bindings
from app.tui.events import Aligned, Problem
from app.tui.folders import PathSuggester, typed_path
from app.tui.messages import EngineReport
from app.tui.scoring_jobs import Align
from app.tui.screens.comparing import Comparing
from app.tui.widgets.field import Field
from app.tui.widgets.sentences import Sentences

if TYPE_CHECKING:
    from app.scoring.alignment import Alignment

INVITATION = (
    "Which two documents? Any format that can be indexed will do: text, Markdown, PDF, DOCX, …\n\n"
    f"Type their paths (Right completes), {key('align.enter')} compares them. Each sentence is "
    "then shown beside the one that says the same in the other document; '-' marks those that only "
    "one has."
)


class AlignScreen(Comparing):
    """Two documents, sentence by sentence; selecting on one side scrolls the other."""

    VIEW = "align"
    SCOPES: ClassVar[tuple[Scope, ...]] = ("align", "score")
    IN_PANE: ClassVar[tuple[Scope, ...]] = ("sentences", "score")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("align")]
    AUTO_FOCUS = "#first"
    _alignment: Alignment | None = None
    _background: tuple[float, ...] = ()

    def body(self) -> ComposeResult:
        """Lay out the two paths, and what stands in the documents."""
        for name, label in (("first", "First"), ("second", "Second")):
            with Horizontal(classes="file-row"):
                yield Label(label, classes="file-label")
                yield Field(
                    id=name, compact=True, select_on_focus=False, suggester=PathSuggester(),
                    placeholder="path of a document",
                )  # fmt: skip
        yield Static(self.told(INVITATION), id="notice", markup=False)
        with Horizontal(id="documents"):
            yield Sentences(id="left")
            yield Sentences(id="right")
        yield Static(id="pair", markup=False)

    def on_mount(self) -> None:
        """Begin with the invitation."""
        super().on_mount()
        self._say(INVITATION)

    @property
    def _panes(self) -> tuple[Sentences, Sentences]:
        return self.query_one("#left", Sentences), self.query_one("#right", Sentences)

    def emptied(self) -> None:
        """Begin anew."""
        self.new_question()
        self.came()
        self._say(INVITATION)

    def _say(self, text: str) -> None:
        self.query_one("#notice", Static).update(self.told(text))
        self.set_class(True, "-notice")

    def on_descendant_focus(self) -> None:
        """Mark the field that has the focus."""
        for row in self.query(".file-row"):
            row.query_one(Label).set_class(row.query_one(Input).has_focus, "-focused")

    # Not before the field itself: what was typed just now must stand in it.
    @on(Input.Submitted)
    def action_enter(self) -> None:
        """Go to the path that is missing; when both are there, compare."""
        fields = list(self.query(Input))
        empty = next((one for one in fields if not one.value.strip()), None)
        if empty is not None:
            self.set_focus(empty)
        elif self.focused in fields:
            first, second = (typed_path(one.value.strip()) for one in fields)
            self.engine.submit(Align(self.new_question(), first, second))
            self.wait()

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        if event.generation != self.generation:
            return
        if isinstance(event, Aligned):
            self._show(event.alignment, event.background)
        elif isinstance(event, Problem):
            self._say(self.failed(event))

    def _show(self, alignment: Alignment, background: tuple[float, ...]) -> None:
        self._alignment, self._background = alignment, background
        self.set_class(False, "-notice")
        left, right = self._panes
        left.show([one.text for one in alignment.a], {m.a: m.score for m in alignment.matches})
        right.show([one.text for one in alignment.b], {m.b: m.score for m in alignment.matches})
        alone = f"{len(alignment.unmatched_a)} and {len(alignment.unmatched_b)} without a match"
        self.came(f"{len(alignment.matches)} matched, {alone}")
        left.focus()
        self.call_after_refresh(left.select, alignment.matches[0].a if alignment.matches else 0)

    @on(Sentences.Selected)
    def _selected(self, message: Sentences.Selected) -> None:
        leader = message.sentences
        left, right = self._panes
        if self._alignment is None or leader.selected is None:
            return
        follower, place = right, leader.selected
        match = next((m for m in self._alignment.matches if m.a == place), None)
        if leader is right:
            follower = left
            match = next((m for m in self._alignment.matches if m.b == place), None)
        answer = None if match is None else match.b if follower is right else match.a
        follower.follow(answer, leader.row)
        score = None if match is None else match.score
        sentences = self._alignment.a if leader is left else self._alignment.b
        self._tell(sentences[place].line, score)

    def _tell(self, line: int, score: float | None) -> None:
        if score is None:
            told = "only in this document"
        else:
            told = f"{score:.4f}"
            if self._background:
                told += f"  {describe(percentile_of(score, self._background))}"
        self.query_one("#pair", Static).update(Content(f"line {line}: {told}"))

    @on(Sentences.Left)
    def _to_paths(self) -> None:
        self.query_one("#first", Input).focus()
