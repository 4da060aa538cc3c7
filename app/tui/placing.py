"""What stands in columns stays there, also where a terminal counts cells otherwise than we do.

The vowel signs of Devanagari and its like take no cell by Unicode's newer tables, and one each by
those of glibc, which tmux goes by. So behind such text the cursor is put where it is believed to
be, once the next column begins. Within a text nothing is moved, nor where nothing stands behind it:
that would cover its words.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

_DOUBTFUL = re.compile("[\u0590-\u1fff\u200d\ufe0f\ua800-\uabff\U00010000-\U0001ffff]")
"""More than what terminals differ in: to put the cursor where it is changes nothing."""

_PARTS = re.compile(r"\x1b\[\d+;(\d+)H|\x1b\[[0-9;:<=>?]*[@-~]|\x1b[^[]|\n|([^\x1b\n]+)")
_COLUMN = re.compile("(  +|[\u2500-\u259f]+)")
"""What another column begins with: spaces before it, a line, or the shade of a value."""
_SPACED = re.compile("(^ +|  +|[\u2500-\u259f]+)")
"""The same of a text behind one that ends with a space."""


def placed(painted: str, width: int) -> str:
    """Return what is painted with the cursor put right before each column behind such text.

    Args:
        painted: Text and sequences.
        width: Cells of a row of the terminal.
    """
    if painted.isascii() or _DOUBTFUL.search(painted) is None:
        return painted
    row = _Row(width)
    for part in _PARTS.finditer(painted):
        column, text = part.groups()
        if column or part[0] == "\n":
            row.end()
            row.x = int(column) - 1 if column else None
        if text is None or row.x is None:
            row.made.append(part[0])
        else:
            row.add(text)
    row.end()
    return "".join(row.made)


class _Row:
    """What is painted of a row, and so far.

    Args:
        width: Cells of it.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self.made: list[str] = []
        self.x: int | None = None
        """Where the cursor is believed to be; None where that is not known."""
        self._doubtful = self._spaced = False
        self._gap: tuple[int, int] | None = None
        """Where spaces begin behind doubtful text: in what was made, and in the row."""

    def add(self, text: str) -> None:
        """Paint a text."""
        columns = _SPACED if self._spaced else _COLUMN
        self._spaced = text.endswith(" ")
        for piece in filter(None, columns.split(text)):
            if not piece.isspace():
                self._close()
            if self._doubtful and columns.fullmatch(piece):
                self._gap = len(self.made), self.x or 0
                self.made.append("")
                self._doubtful = False
                if not piece.isspace():
                    self._close()
            self.made.append(piece)
            self.x = (self.x or 0) + cell_len(piece)
            self._doubtful = self._doubtful or _DOUBTFUL.search(piece) is not None

    def end(self) -> None:
        """Paint no more of this row."""
        if self.x is not None and self.x < self._width:
            self._close()
        self._gap = None
        self._doubtful = self._spaced = False

    def _close(self) -> None:
        if self._gap is not None:
            place, x = self._gap
            self.made[place] = f"\x1b[{x + 1}G"
            self._gap = None
