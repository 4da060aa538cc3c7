"""What lists and previews have in common: rows that are laid out when they come into sight."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.tui.fit import cells

if TYPE_CHECKING:
    from rich.style import Style


class Virtual(ScrollView, can_focus=True):
    """Rows, as many as there are, painted one by one.

    How many there are does not matter to what stands around: unlike in other widgets, a change of
    that number lays out nothing anew, which would paint the whole screen. Rows are kept until they
    are to be painted anew, and go to the screen as they are: nothing stands around them, and their
    styles are made fit for the terminal once, not with every row.
    """

    virtual_size = Reactive(Size(0, 0))

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self._base: Style | None = None
        self._styles_made: dict[tuple[str, ...], Style] = {}
        self._painted: dict[int, Strip] = {}

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
            self._styles_made[components] = self._for_terminal(style)
        return self._styles_made[components]

    def _for_terminal(self, style: Style) -> Style:
        background = self.background_colors[1]
        parts = [Segment("", style)]
        for line_filter in self.get_line_filters():
            parts = line_filter.apply(parts, background)
        return parts[0].style or style

    def notify_style_update(self) -> None:
        """Forget the styles: theme or focus are others."""
        super().notify_style_update()
        self._base = None
        self._styles_made.clear()
        self._painted.clear()

    def filled(self, parts: list[Segment], width: int, *components: str) -> Strip:
        """Make a row as wide as the place; what is left has the style of some components."""
        used = sum(cells(part.text) for part in parts)
        if used < width:
            parts = [*parts, Segment(" " * (width - used), self.style_of(*components))]
        return Strip(parts, max(used, width)).adjust_cell_length(width)

    @abstractmethod
    def paint_row(self, index: int, width: int) -> Strip:
        """Paint a row, counted from the first one, in or out of sight."""

    def render_line(self, y: int) -> Strip:
        """Paint a row of what is in sight."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint rows of what is in sight, but those that are painted."""
        painted = self._painted.copy()  # looking at places may lay out, and forget rows
        missing = [y for y in crop.line_range if y not in painted]
        if missing:
            made = self._paint(missing)
            painted |= made
            self._painted |= made  # not those that were forgotten meanwhile
        strips = [painted[y] for y in crop.line_range]
        if crop.column_span[0] == 0 and crop.width >= self.size.width:
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def _paint(self, places: Iterable[int]) -> dict[int, Strip]:
        # Asked for once, not with every row: each is a walk through the tree of widgets.
        top, width = self.scroll_offset.y, self.scrollable_content_region.width
        return {y: self.paint_row(top + y, width) for y in places}

    def repaint(self) -> None:
        """Have those rows painted anew that look otherwise now."""
        painted, changed = self._painted.copy(), []
        for y, strip in self._paint(range(self.size.height)).items():
            if painted.get(y) != strip:  # one that is equal stays: it knows how it is cut and sent
                changed.append(y)
                painted[y] = strip
        if changed:
            width = self.size.width
            self.refresh(*(Region(0, a, width, b - a) for a, b in _stretches(changed)))
        self._painted = painted

    def _set_dirty(self, *regions: Region) -> None:
        super()._set_dirty(*regions)
        if not regions:
            self._painted.clear()
        for y in (y for region in regions for y in region.line_range):
            self._painted.pop(y, None)


def _stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and one past the last of those that follow one another."""
    for _, group in groupby(enumerate(numbers), lambda at: at[1] - at[0]):
        found = [number for _, number in group]
        yield found[0], found[-1] + 1
