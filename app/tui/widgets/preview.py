"""The document around a hit, the passage marked, its words highlighted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from app.tui.actions import bindings
from app.tui.colours import ROLES
from app.tui.fit import Span, segments, wrap
from app.tui.widgets.virtual import Virtual

if TYPE_CHECKING:
    from app.tui.page import Page
    from indexes.types import Hit

GUTTER = "▌"
BEST = "█"
"""Beside the rows of the passage, and beside those of its best sentence."""

LEAD_ROWS = 3
"""Rows of the document that stay in sight above the passage."""


class _Line(NamedTuple):
    start: int
    end: int
    number: str


class Preview(Virtual):
    """A stretch of a document."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("preview")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "preview--number",
        "preview--gutter",
        "preview--passage",
        "preview--around",
        "preview--match",
    } | {f"preview--{role}" for role in ROLES}

    class Opened(Message):
        """The user wants to open the document."""

    class Left(Message):
        """The user wants back to the query."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self._text = ""
        self._passage: Span = (0, 0)
        self._marks: Sequence[Span] = ()
        self._mark_starts: list[int] = []
        self._colours: Sequence[tuple[int, int, str]] = ()
        self._first_line: int | None = None
        self._rows: list[_Line] = []
        self._number_width = 0
        self._laid_out_for = 0
        self._place: tuple[str, int] | None = None
        self._sentence: Span = (0, 0)

    def show(self, page: Page, hit: Hit) -> None:
        """Show the document around a hit, scrolled to its passage.

        When the same stands there already, of which only more is known now, it stays in place.
        """
        place = (hit.collection, hit.passage_id)
        same = place == self._place and page.text == self._text
        self._place, self._text = place, page.text
        self._passage, self._marks, self._sentence = page.passage, page.marks, page.sentence
        self._mark_starts = [start for start, _ in self._marks]
        self._first_line = page.first_line
        if not same or page.roles:
            self._colours = page.roles
        if not same:
            self._lay_out()
            self.scroll_to_passage()
        elif not self._in_sight(self._sentence):
            self.scroll_to_passage()
        self.repaint()

    def _in_sight(self, span: Span) -> bool:
        top = self.scroll_offset.y
        return span[1] == 0 or top <= self._row_of(span[0]) < top + self.size.height

    def colour(self, spans: Sequence[tuple[int, int, str]]) -> None:
        """Colour parts of what is shown: spans into its text, in order."""
        self._colours = tuple(spans)
        self.repaint()

    def clear(self) -> None:
        """Show nothing."""
        self._text, self._rows, self._marks, self._colours = "", [], (), ()
        self._place = None
        self.set_rows(0)
        self.refresh()

    def scroll_to_passage(self) -> None:
        """Bring the passage into sight: a few rows of what is before it, then the passage."""
        first = self._row_of(self._passage[0])
        matched = self._row_of(self._marks[0][0]) if self._marks else first
        if self._sentence[1]:
            matched = self._row_of(self._sentence[0])
        top = first - LEAD_ROWS
        if matched >= top + self.size.height:
            # The passage is longer than the pane: its matched words matter more than its top.
            top = matched - LEAD_ROWS
        self.scroll_to(y=max(0, top), animate=False, immediate=True)

    def on_resize(self) -> None:
        """Wrap anew."""
        if self._text and self._laid_out_for != self._width:
            self._lay_out()
            self.scroll_to_passage()
            self.repaint()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _lay_out(self) -> None:
        self._number_width = 0
        if self._first_line is not None:
            self._number_width = len(str(self._first_line + self._text.count("\n"))) + 1
        room = max(1, self._width - self._number_width - 2)
        self._rows = []
        start = 0
        for count, line in enumerate(self._text.split("\n")):
            number = "" if self._first_line is None else str(self._first_line + count)
            for a, b in wrap(line, room):
                self._rows.append(_Line(start + a, start + b, number))
                number = ""
            start += len(line) + 1
        self._laid_out_for = self._width
        self.set_rows(len(self._rows))

    def _row_of(self, offset: int) -> int:
        return max(0, bisect_left(self._rows, offset + 1, key=lambda row: row.start) - 1)

    def paint_row(self, index: int, width: int) -> Strip:
        """Paint one row."""
        if not 0 <= index < len(self._rows):
            return Strip.blank(width, self.style_of())
        row = self._rows[index]
        first, last = self._passage
        inside = row.start < last and (row.end > first or row.start == row.end >= first)
        where = "preview--passage" if inside else "preview--around"
        number = f"{row.number:>{self._number_width}}"[: self._number_width]
        parts = [
            Segment(number, self.style_of("preview--number")),
            Segment(self._gutter(row, inside), self.style_of("preview--gutter")),
        ]
        near = max(0, bisect_left(self._mark_starts, row.start) - 1)
        marks = self._marks[near:]
        for start, end, role in self._coloured(row):
            style = self.style_of(where, f"preview--{role}") if role else self.style_of(where)
            for a, b, marked in segments(start, end, marks):
                painted = self.style_of("preview--match") if marked else style
                parts.append(Segment(self._text[a:b], painted))
        return self.filled(parts, width)

    def _gutter(self, row: _Line, inside: bool) -> str:
        first, last = self._sentence
        best = inside and row.start < last and row.end > first
        return f"{BEST} " if best else f"{GUTTER} " if inside else "  "

    def _coloured(self, row: _Line) -> Iterator[tuple[int, int, str]]:
        """Split a row where its colour changes; plain parts have no role."""
        at = row.start
        first = bisect_left(self._colours, row.start, key=lambda span: span[1])
        for i in range(first, len(self._colours)):
            start, end, role = self._colours[i]
            if start >= row.end:
                break
            start, end = max(start, at), min(end, row.end)
            if start >= end:
                continue
            if start > at:
                yield at, start, ""
            yield start, end, role
            at = end
        if at < row.end:
            yield at, row.end, ""

    def action_scroll_to_hit(self) -> None:
        """Bring the passage back into sight."""
        self.scroll_to_passage()

    def action_open(self) -> None:
        """Ask to open the document."""
        self.post_message(self.Opened())

    def action_query(self) -> None:
        """Ask for the query."""
        self.post_message(self.Left())
