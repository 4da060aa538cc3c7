"""What lists and previews have in common: rows that are laid out when they come into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView

if TYPE_CHECKING:
    from rich.style import Style


class Virtual(ScrollView, can_focus=True):
    """Rows, as many as there are, painted one by one.

    How many there are does not matter to what stands around: unlike in other widgets, a change of
    that number lays out nothing anew, which would paint the whole screen.
    """

    virtual_size = Reactive(Size(0, 0))

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self._base: Style | None = None
        self._styles_made: dict[tuple[str, ...], Style] = {}

    def watch_virtual_size(self, size: Size) -> None:
        """Tell the scroll bars."""
        self._scroll_update(size)

    def set_rows(self, count: int, width: int | None = None) -> None:
        """Say how many rows there are, and how wide they are if wider than the place."""
        self.virtual_size = Size(self.size.width if width is None else width, count)

    def reveal(self, first: int, height: int = 1) -> None:
        """Scroll just so far that some rows are in sight."""
        region = Region(0, first, self.size.width, height)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def style_of(self, *components: str) -> Style:
        """Return the widget's style with those of some components laid over it."""
        # Asked for thousands of times a paint.
        if components not in self._styles_made:
            if self._base is None:
                self._base = self.rich_style
            style = self._base
            for name in components:
                style += self.get_component_rich_style(name, partial=True)
            self._styles_made[components] = style
        return self._styles_made[components]

    def notify_style_update(self) -> None:
        """Forget the styles: theme or focus are others."""
        super().notify_style_update()
        self._base = None
        self._styles_made.clear()
