"""Painting only what is to be seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._compositor import Compositor

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.strip import Strip
    from textual.widget import Widget


class Painter(Compositor):
    """Asks only widgets of which something is to be seen for their rows.

    A screen and its containers lie behind what they hold; Textual has them painted with every
    change all the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_sight: set[Widget] = set()
        self._looked_at: list[list[int]] | None = None

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        in_sight = self._find_in_sight()
        for widget, (region, clip) in self.visible_widgets.items():
            part = region.intersection(clip)
            if widget in in_sight and (crop is None or part.overlaps(crop)):
                yield region, clip, widget.render_lines(part.translate((-region.x, -region.y)))

    def _find_in_sight(self) -> set[Widget]:
        cuts = self.cuts  # another list whenever the layout is another
        if cuts is not self._looked_at:
            self._looked_at, self._in_sight = cuts, set()
            free = [set(line[:-1]) for line in cuts]
            for widget, (region, clip) in self.visible_widgets.items():  # from front to back
                part = region.intersection(clip)
                for y in part.line_range:
                    taken = {cut for cut in free[y] if part.x <= cut < part.right}
                    if taken:
                        self._in_sight.add(widget)
                        free[y] -= taken
        return self._in_sight
