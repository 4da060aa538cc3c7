"""A list of plain lines, one of them selected. Only what is in sight is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from app.tui.actions import bindings
from app.tui.fit import shorten
from app.tui.widgets.virtual import Virtual
from app.visible import visible_line

if TYPE_CHECKING:
    from textual import events


class Lines(Virtual):
    """Lines of text, of which nothing can act on the terminal."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lines")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--selected", "lines--marker", "lines--mark",
    }  # fmt: skip

    selected: reactive[int] = reactive(0, init=False)

    class Selected(Message):
        """Another line is selected."""

    class Chosen(Message):
        """The user wants the selected line."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self.lines: tuple[str, ...] = ()
        self.marked: set[int] = set()
        self.empty = ""
        """What stands here when there is no line."""

    def show(self, lines: Sequence[str], selected: int = 0) -> None:
        """Replace the lines."""
        self.lines = tuple(lines)
        self.set_reactive(Lines.selected, min(max(0, selected), max(0, len(lines) - 1)))
        self.set_rows(len(self.lines))
        self._reveal()
        self.refresh()

    def move(self, by: int) -> None:
        """Select a line further down, or up."""
        if self.lines:
            self.selected = min(max(0, self.selected + by), len(self.lines) - 1)

    def move_page(self, direction: int) -> None:
        """Select the line that is a page away."""
        self.move(direction * max(1, self.size.height - 1))

    def action_move(self, by: int) -> None:
        """Select a line further down, or up."""
        self.move(by)

    def action_move_page(self, direction: int) -> None:
        """Select the line that is a page away."""
        self.move_page(direction)

    def action_end(self, direction: int) -> None:
        """Select the first line, or the last."""
        self.move(direction * len(self.lines))

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.set_rows(len(self.lines))
        self._reveal()

    def watch_selected(self) -> None:
        """Show and tell the selection."""
        self._reveal()
        self.refresh()
        self.post_message(self.Selected())

    def _reveal(self) -> None:
        self.reveal(self.selected)

    def on_click(self, event: events.Click) -> None:
        """Select the line under the pointer; choose it at the second click."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self.lines):
            self.selected = index
            if event.chain == 2:
                self.post_message(self.Chosen())

    def paint_row(self, index: int, width: int) -> Strip:
        """Paint one line."""
        if not 0 <= index < len(self.lines):
            told = f"  {self.empty}" if index == 0 else ""
            return self.filled([Segment(told, self.style_of())], width)
        selected = index == self.selected
        lead = ("lines--selected",) if selected else ()
        marker = (">" if selected else " ") + ("*" if index in self.marked else " ")
        text = shorten(visible_line(self.lines[index]), width - 2)
        mark = "lines--marker" if selected else "lines--mark"
        parts = [Segment(marker, self.style_of(*lead, mark)), Segment(text, self.style_of(*lead))]
        return self.filled(parts, width, *lead)
