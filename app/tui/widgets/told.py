"""A text in lines, some of which have two columns, that keeps these on a narrow screen too."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from app.tui.fit import hang

NAME = 10
"""Cells of the name of a fact, with the space after it."""


def fact(name: str, what: str) -> str:
    """Return a line of two columns."""
    return f"{name:<{NAME - 1}} \t{what}"


class Told(Static):
    """Plain text, wrapped to its place; see `app.tui.fit.hang`."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id, markup=False)
        self._told = ""
        self._laid = 0

    def tell(self, text: str) -> None:
        """Show a text; nothing in it can act on a terminal."""
        self._told = text
        # Before it was laid out for the first time it has no width yet.
        self._lay(self.content_size.width or self.app.size.width - self.gutter.width)

    def on_resize(self) -> None:
        """Wrap the text anew."""
        if self.content_size.width != self._laid:
            self._lay(self.content_size.width)

    def _lay(self, width: int) -> None:
        self._laid = width
        rows = [row for line in self._told.split("\n") for row in hang(line, width)]
        self.update(Content("\n".join(rows)))
