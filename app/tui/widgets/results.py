"""The list of results. Only what is in sight is laid out, so its length costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from app.tui.actions import bindings
from app.tui.widgets.rows import Item, Row, item, rows
from app.tui.widgets.virtual import Virtual

if TYPE_CHECKING:
    from textual import events

    from indexes.types import Hit, Root

TALL_FROM = 18
"""Rows of the list from which each hit gets four."""


class Results(Virtual):
    """Hits, one of them selected."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("results")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"results--{role}"
        for role in ("text", "dim", "title", "place", "score", "match", "marker", "mark")
    } | {"results--selected"}

    selected: reactive[int] = reactive(0, init=False)

    class Selected(Message):
        """Another hit is selected."""

        def __init__(self, hit: Hit) -> None:
            super().__init__()
            self.hit = hit

    class Opened(Message):
        """The user wants to open the selected hit."""

    class Marked(Message):
        """Other hits are marked."""

    class NearEnd(Message):
        """The last hits are in sight, or close."""

    class Left(Message):
        """The user wants back to the query."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self.hits: tuple[Hit, ...] = ()
        self.marked: set[int] = set()
        self._roots: Sequence[Root] = ()
        self._name_collection = False
        self._items: dict[int, Item] = {}
        self._laid: dict[tuple[int, int, bool, bool, bool], list[Row]] = {}
        self._height = 2
        """Rows of a hit."""

    @property
    def hit(self) -> Hit | None:
        """The selected hit."""
        return self.hits[self.selected] if self.hits else None

    @property
    def chosen(self) -> list[Hit]:
        """The marked hits, or else the selected one."""
        if self.marked:
            return [self.hits[index] for index in sorted(self.marked)]
        return [self.hit] if self.hit is not None else []

    def show(
        self, hits: Sequence[Hit], roots: Sequence[Root] = (), *, name_collection: bool = False
    ) -> None:
        """Replace the hits and select the first."""
        self._roots, self._name_collection = roots, name_collection
        self.marked.clear()
        self.set_reactive(Results.selected, 0)
        if self.scroll_offset.y:
            self.scroll_to(y=0, animate=False, immediate=True)
        self._put(hits)

    def extend(self, hits: Sequence[Hit]) -> None:
        """Put a longer list in place of its beginning; what is selected stays so."""
        if len(hits) > len(self.hits):
            self._put(hits)

    def refine(self, hits: Sequence[Hit]) -> None:
        """Put the same hits, of which more is known now, in place of these."""
        if len(hits) == len(self.hits):
            self._put(hits)

    def _put(self, hits: Sequence[Hit]) -> None:
        self.hits = tuple(hits)
        self._items.clear()
        self._laid.clear()
        self._measure()
        self.repaint()

    def _item(self, index: int) -> Item:
        # Made when first seen: of thousands of hits, a screenful is.
        if index not in self._items:
            self._items[index] = item(
                self.hits[index], self._roots, name_collection=self._name_collection
            )
        return self._items[index]

    def _rows(self, index: int, width: int, *, selected: bool) -> list[Row]:
        # A hit is painted row by row, and laid out as a whole: once is enough.
        tall, marked = self._height == 4, index in self.marked
        key = (index, width, tall, selected, marked)
        if key not in self._laid:
            self._laid[key] = rows(
                self._item(index), width, tall=tall, selected=selected, marked=marked
            )
        return self._laid[key]

    def move(self, by: int) -> None:
        """Select a hit further down, or up."""
        if self.hits:
            self.selected = min(max(0, self.selected + by), len(self.hits) - 1)

    def move_page(self, direction: int) -> None:
        """Select the hit that is a page away."""
        self.move(direction * max(1, self.size.height // self._height))

    def _paint(self, places: Iterable[int]) -> dict[int, Strip]:
        self._height = self._fitting  # also before it is told that it was resized
        return super()._paint(places)

    @property
    def _fitting(self) -> int:
        return 4 if self.size.height >= TALL_FROM else 2

    def _measure(self) -> None:
        self._height = self._fitting
        self.set_rows(len(self.hits) * self._height)

    def on_resize(self) -> None:
        """Lay out anew: the height decides how many rows a hit has."""
        self._measure()
        self._begin_whole()
        self.refresh()

    def watch_selected(self) -> None:
        """Show and tell the selection."""
        self._reveal()
        self.repaint()
        if self.hit is not None:
            self.post_message(self.Selected(self.hit))

    def _reveal(self) -> None:
        self.reveal(self.selected * self._height, self._height)

    def _begin_whole(self) -> None:
        """Begin with the first row of a hit, and with one that leaves the selected one in sight."""
        room = max(1, self.size.height // self._height)
        first = min(int(self.scroll_y) // self._height, self.selected)
        first = max(first, self.selected - room + 1)
        self.scroll_to(y=first * self._height, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell when the end comes near."""
        super().watch_scroll_y(old_value, new_value)
        if self.hits and new_value + 2 * self.size.height >= len(self.hits) * self._height:
            self.post_message(self.NearEnd())

    def on_click(self, event: events.Click) -> None:
        """Select the hit under the pointer; open it at the second click."""
        index = (event.y + self.scroll_offset.y) // self._height
        if 0 <= index < len(self.hits):
            self.selected = index
            if event.chain == 2:
                self.post_message(self.Opened())

    def paint_row(self, index: int, width: int) -> Strip:
        """Paint one row of the list."""
        at, part = divmod(index, self._height)
        if not 0 <= at < len(self.hits):
            return Strip.blank(width, self.style_of())
        selected = at == self.selected
        lead = ("results--selected",) if selected else ()
        pieces = self._rows(at, width, selected=selected)[part]
        if not pieces:
            return Strip.blank(width, self.style_of(*lead))
        parts = [Segment(text, self.style_of(*lead, f"results--{role}")) for text, role in pieces]
        return self.filled(parts, width, *lead)

    def action_move(self, by: int) -> None:
        """Select a hit further down, or up."""
        self.move(by)

    def action_move_page(self, direction: int) -> None:
        """Select the hit that is a page away."""
        self.move_page(direction)

    def action_first(self) -> None:
        """Select the first hit."""
        self.move(-len(self.hits))

    def action_last(self) -> None:
        """Select the last hit."""
        self.move(len(self.hits))

    def action_mark(self) -> None:
        """Mark the selected hit, or unmark it, and go on."""
        if self.hits:
            self.marked ^= {self.selected}
            self.move(1)
            self.refresh()
            self.post_message(self.Marked())

    def action_open(self) -> None:
        """Ask to open the selected hit."""
        self.post_message(self.Opened())

    def action_query(self) -> None:
        """Ask for the query."""
        self.post_message(self.Left())
