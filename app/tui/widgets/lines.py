"""A list of plain lines, one of them selected. Only what is in sight is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.tui.fit import shorten
from app.visible import visible_line

if TYPE_CHECKING:
    from textual import events


class Lines(ScrollView, can_focus=True):
    """Lines of text, of which nothing can act on the terminal."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--selected", "lines--marker"}

    selected: reactive[int] = reactive(0, init=False)

    class Selected(Message):
        """Another line is selected."""

    class Chosen(Message):
        """The user wants the selected line."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self.lines: tuple[str, ...] = ()
        self.marked: set[int] = set()

    def show(self, lines: Sequence[str], selected: int = 0) -> None:
        """Replace the lines."""
        self.lines = tuple(lines)
        self.set_reactive(Lines.selected, min(max(0, selected), max(0, len(lines) - 1)))
        self.virtual_size = Size(self.size.width, len(self.lines))
        self._reveal()
        self.refresh()

    def move(self, by: int) -> None:
        """Select a line further down, or up."""
        if self.lines:
            self.selected = min(max(0, self.selected + by), len(self.lines) - 1)

    def move_page(self, direction: int) -> None:
        """Select the line that is a page away."""
        self.move(direction * max(1, self.size.height - 1))

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.virtual_size = Size(self.size.width, len(self.lines))
        self._reveal()

    def watch_selected(self) -> None:
        """Show and tell the selection."""
        self._reveal()
        self.refresh()
        self.post_message(self.Selected())

    def _reveal(self) -> None:
        region = Region(0, self.selected, self.size.width, 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """Select the line under the pointer; choose it at the second click."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self.lines):
            self.selected = index
            if event.chain == 2:
                self.post_message(self.Chosen())

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        base = self.rich_style
        if not 0 <= index < len(self.lines):
            return Strip.blank(width, base)
        selected = index == self.selected
        if selected:
            base += self.get_component_rich_style("lines--selected", partial=True)
        marker = (">" if selected else " ") + ("*" if index in self.marked else " ")
        style = base + self.get_component_rich_style("lines--marker", partial=True)
        text = shorten(visible_line(self.lines[index]), width - 2)
        return Strip([Segment(marker, style), Segment(text, base)]).adjust_cell_length(width, base)
