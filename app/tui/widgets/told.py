"""A text in lines, some of which have two columns, that keeps these on a narrow screen too."""

from __future__ import annotations

from textual.content import Content

from app.tui.fit import hang
from app.tui.widgets.laid import Laid

NAME = 10
"""Cells of the name of a fact, with the space after it."""


def fact(name: str, what: str) -> str:
    """Return a line of two columns."""
    return f"{name:<{NAME - 1}} \t{what}"


class Told(Laid):
    """Plain text, wrapped to its place; see `app.tui.fit.hang`."""

    _told = ""

    def tell(self, text: str) -> None:
        """Show a text; nothing in it can act on a terminal."""
        self._told = text
        self.lay()

    def laid_out(self, width: int) -> Content:
        """Return the text, its lines wrapped."""
        return Content(
            "\n".join(row for line in self._told.split("\n") for row in hang(line, width))
        )
