"""The sentences of a document, each beside what answers to it in another document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from app.tui.actions import bindings
from app.tui.fit import wrap
from app.tui.widgets.virtual import Virtual
from app.visible import visible_line

if TYPE_CHECKING:
    from textual import events

MARGIN = 6


class Sentences(Virtual):
    """One of two documents side by side. The selected sentence leads; the other side follows."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("sentences")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sentences--selected",
        "sentences--margin",
        "sentences--single",
    }

    class Selected(Message):
        """Another sentence is selected, by the user."""

        def __init__(self, sentences: Sentences) -> None:
            super().__init__()
            self.sentences = sentences

        @property
        def control(self) -> Sentences:
            """Whose sentence it is."""
            return self.sentences

    class Left(Message):
        """The user wants back to the names of the documents."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self._texts: list[str] = []
        self.matched: dict[int, float] = {}
        self.selected: int | None = None
        self._lines: list[tuple[int, str]] = []
        self._starts: list[int] = []

    def show(self, texts: Sequence[str], matched: dict[int, float]) -> None:
        """Replace the sentences.

        Args:
            texts: The sentences, in their order.
            matched: By place, how close what answers to it is; others have no answer.
        """
        self._texts = [visible_line(text) for text in texts]
        self.matched = matched
        self.selected = None
        self._lay_out()
        self.scroll_to(y=0, animate=False, immediate=True)

    def _lay_out(self) -> None:
        room = max(1, self.scrollable_content_region.width - MARGIN)
        self._lines, self._starts = [], []
        for place, text in enumerate(self._texts):
            self._starts.append(len(self._lines))
            self._lines += [(place, text[start:end]) for start, end in wrap(text, room)]
        self.set_rows(len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()
        if self.selected is not None:
            self.follow(self.selected, None)

    def select(self, place: int) -> None:
        """Select a sentence, as the user does."""
        if self._texts:
            self.selected = min(max(0, place), len(self._texts) - 1)
            first, last = self._rows_of(self.selected)
            self.reveal(first, last - first)
            self.refresh()
            self.post_message(self.Selected(self))

    def follow(self, place: int | None, row: int | None) -> None:
        """Select the answer to what the other side selected, on the same row if it can be.

        Args:
            place: The sentence; None when there is no answer.
            row: The row of the screen on which the other one begins; None to bring it in sight.
        """
        self.selected = place
        if place is not None:
            first, last = self._rows_of(place)
            if row is None:
                self.reveal(first, last - first)
            else:
                self.scroll_to(y=max(0, first - row), animate=False, immediate=True)
        self.refresh()

    @property
    def row(self) -> int:
        """The row of the screen, from this widget's top, on which the selected one begins."""
        if self.selected is None:
            return 0
        return self._starts[self.selected] - self.scroll_offset.y

    def _rows_of(self, place: int) -> tuple[int, int]:
        first = self._starts[place]
        following = self._starts[place + 1 : place + 2]
        return first, following[0] if following else len(self._lines)

    def paint_row(self, index: int, width: int) -> Strip:
        """Paint one row."""
        if not 0 <= index < len(self._lines):
            return Strip.blank(width, self.style_of())
        place, text = self._lines[index]
        selected = ("sentences--selected",) if place == self.selected else ()
        single = () if place in self.matched else ("sentences--single",)
        margin = ""
        if self._starts[place] == index:
            score = f"{self.matched[place]:.2f}" if place in self.matched else "   -"
            margin = (">" if selected else " ") + score
        parts = [
            Segment(f"{margin:<{MARGIN}}", self.style_of(*selected, "sentences--margin")),
            Segment(text, self.style_of(*selected, *single)),
        ]
        return self.filled(parts, width, *selected)

    # Keys and pointer

    def action_move(self, by: int) -> None:
        """Select a sentence further down, or up."""
        self.select((-1 if self.selected is None and by > 0 else self.selected or 0) + by)

    def action_move_page(self, direction: int) -> None:
        """Select the sentence that is a page away."""
        if self._lines:
            at = 0 if self.selected is None else self._starts[self.selected]
            row = min(max(0, at + direction * self.size.height), len(self._lines) - 1)
            self.select(bisect_right(self._starts, row) - 1)

    def action_end(self, direction: int) -> None:
        """Select the first sentence, or the last."""
        self.select(direction * len(self._texts))

    def action_single(self, direction: int) -> None:
        """Select the next sentence that has no answer, or the one before."""
        at = -1 if self.selected is None else self.selected
        step = range(at + 1, len(self._texts)) if direction > 0 else range(at - 1, -1, -1)
        found = next((place for place in step if place not in self.matched), None)
        if found is not None:
            self.select(found)

    def action_leave(self) -> None:
        """Ask for the names of the documents."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Select the sentence under the pointer."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self._lines):
            self.select(self._lines[index][0])
