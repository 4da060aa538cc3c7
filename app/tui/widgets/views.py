"""One row that names the ways to compare, the one at hand marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

from app.keys import key

if TYPE_CHECKING:
    from textual import events

    from app.tui.app import SearchApp

VIEWS = {
    "score": "Two texts",
    "matrix": "Matrix",
    "align": "Two documents",
    "pairs": "File of pairs",
}
"""Modes of the application, and what they are called."""


NEXT = f"   {key('score')}: next"


class Views(Widget):
    """The ways to compare; a click goes there."""

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """Write the names."""
        content = Content()
        self._places = []
        for mode, name in VIEWS.items():
            start = content.cell_length
            here = mode == self._current
            content += Content.assemble(
                (f"[{name}]" if here else f" {name} ", "bold" if here else "")
            )
            self._places.append((start, content.cell_length, mode))
        following = cast("SearchApp", self.app).key_names.fill(NEXT)
        if content.cell_length + len(following) <= self.size.width:
            content += Content.assemble((following, "dim"))
        return content

    async def on_click(self, event: events.Click) -> None:
        """Go where the pointer is."""
        at = event.get_content_offset_capture(self).x
        for start, end, mode in self._places:
            if start <= at < end:
                await self.app.run_action(f"show('{mode}')", self.app)
