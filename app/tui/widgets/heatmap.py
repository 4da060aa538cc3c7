"""A matrix of cosines: a value and a shade a cell, and only the cells in sight are made."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from app.scoring.heat import heat
from app.tui.actions import bindings
from app.tui.fit import shorten
from app.visible import visible_line

if TYPE_CHECKING:
    from textual import events

CELL = 5
MIN_LABEL = 10
SHADES = " ░▒▓█"
"""Without colour these tell near from far."""

WHEEL = 3


class HeatMap(Widget, can_focus=True):
    """Rows against columns; a cursor, and an order of each that can be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("heat")]

    class Moved(Message):
        """The cursor stands elsewhere, or on other values."""

    class Left(Message):
        """The user wants back to the texts."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.rows: tuple[str, ...] = ()
        self.columns: tuple[str, ...] = ()
        self._values = array("f")
        self._numbers: tuple[Sequence[int], Sequence[int]] = ((), ())
        self._row_order: list[int] = []
        self._column_order: list[int] = []
        self._row = self._column = self._top = self._left = self._label = 0
        self.refresh()

    def show(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        scores: bytes,
        numbers: tuple[Sequence[int], Sequence[int]],
    ) -> None:
        """Replace the matrix; the cursor stays where it is if it can.

        Args:
            rows: n texts.
            columns: m texts.
            scores: Cosines, row by row, as the bytes of an `array("f")`.
            numbers: What rows and columns are called: the numbers of their lines, ascending.
        """
        self._numbers = numbers
        same = len(rows) == len(self.rows) and len(columns) == len(self.columns)
        self.rows, self.columns = tuple(rows), tuple(columns)
        self._values = array("f")
        self._values.frombytes(scores)
        if not same:
            self._row_order, self._column_order = [*range(len(rows))], [*range(len(columns))]
        self._label = max(map(cell_len, map(visible_line, rows)), default=0)
        self._label += self._digits + 2
        self.move(0, 0)

    def value(self, row: int, column: int) -> float:
        """Return a cosine by the places in the lists."""
        return self._values[row * len(self.columns) + column]

    @property
    def _digits(self) -> int:
        return len(str(max(self._numbers[0], default=0)))

    @property
    def cursor(self) -> tuple[int, int] | None:
        """The places of row and column at the cursor; None while there is nothing."""
        if not self.rows or not self.columns:
            return None
        return self._row_order[self._row], self._column_order[self._column]

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor on a pair, by its places in the lists."""
        self._row, self._column = self._row_order.index(row), self._column_order.index(column)
        self.move(0, 0)

    def move(self, down: int, right: int) -> None:
        """Move the cursor, and what is in sight with it."""
        self._row = min(max(0, self._row + down), max(0, len(self.rows) - 1))
        self._column = min(max(0, self._column + right), max(0, len(self.columns) - 1))
        height, width = self._room
        self._top = min(max(self._top, self._row - height + 1), self._row)
        self._left = min(max(self._left, self._column - width + 1), self._column)
        self.refresh()
        self.post_message(self.Moved())

    @property
    def _label_width(self) -> int:
        room = self.size.width
        left = room - CELL * len(self.columns)
        return max(0, min(self._label, max(MIN_LABEL, room // 3, left)))

    @property
    def _room(self) -> tuple[int, int]:
        """Rows and columns of cells that there is room for."""
        return (
            max(1, self.size.height - 1),
            max(1, (self.size.width - self._label_width) // CELL),
        )

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.move(0, 0)

    # Painting

    def render_line(self, y: int) -> Strip:
        """Paint the header or a row."""
        width, base = self.size.width, self.rich_style
        if not self.rows or not self.columns:
            return Strip.blank(width, base)
        shown = range(self._left, min(len(self.columns), self._left + self._room[1]))
        if y == 0:
            parts = [Segment(" " * self._label_width, base)]
            for at in shown:
                style = Style(bold=True, reverse=at == self._column)
                parts.append(
                    Segment(f"{self._numbers[1][self._column_order[at]]:>{CELL}}", base + style)
                )
            return Strip(parts).adjust_cell_length(width, base)
        at = self._top + y - 1
        if at >= len(self.rows):
            return Strip.blank(width, base)
        row = self._row_order[at]
        here = at == self._row
        parts = [Segment(self._row_label(row), base + Style(bold=here, reverse=here))]
        for place in shown:
            score = self.value(row, self._column_order[place])
            parts.append(_cell(score, chosen=here and place == self._column))
        return Strip(parts).adjust_cell_length(width, base)

    def _row_label(self, row: int) -> str:
        width = self._label_width - 1
        number = f"{self._numbers[0][row]:>{self._digits}}"
        text = shorten(f"{number} {visible_line(self.rows[row])}", width)
        return text + " " * (self._label_width - cell_len(text))

    # Keys and pointer

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        self.move(down, right)

    def action_move_page(self, down: int, right: int) -> None:
        """Move the cursor as far as one sees."""
        height, width = self._room
        self.move(down * height, right * width)

    def action_end(self, down: int, right: int) -> None:
        """Move the cursor to an end."""
        self.move(down * len(self.rows), right * len(self.columns))

    def action_sort(self, what: str) -> None:
        """Put rows, or columns, in the order of their values at the cursor; or all as it was."""
        place = self.cursor
        if place is None:
            return
        row, column = place
        if what == "rows":
            self._row_order.sort(key=lambda one: -self.value(one, column))
        elif what == "columns":
            self._column_order.sort(key=lambda one: -self.value(row, one))
        else:
            self._row_order.sort()
            self._column_order.sort()
        if what == "given":
            self.go_to(row, column)
        else:
            self._row = 0 if what == "rows" else self._row
            self._column = 0 if what == "columns" else self._column
            self.move(0, 0)

    def action_leave(self) -> None:
        """Ask for the texts."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor under the pointer."""
        row = self._top + event.y - 1
        column = self._left + (event.x - self._label_width) // CELL
        if 0 <= row < len(self.rows) and 0 <= column < len(self.columns):
            self.move(row - self._row, column - self._column)

    def on_mouse_scroll_down(self) -> None:
        """Scroll on."""
        self.move(WHEEL, 0)

    def on_mouse_scroll_up(self) -> None:
        """Scroll back."""
        self.move(-WHEEL, 0)


def _cell(score: float, *, chosen: bool) -> Segment:
    shade = SHADES[min(len(SHADES) - 1, max(0, int(score * len(SHADES))))]
    text = f"{score:4.2f}".replace("-0.", "-.")
    colours = heat(score)
    style = Style(color=colours.foreground_hex, bgcolor=colours.background_hex)
    return Segment(shade + text[:4], style + Style(reverse=chosen, bold=chosen, underline=chosen))
