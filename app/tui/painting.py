"""Painting only what is to be seen."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.widget import Widget


class Painter(Compositor):
    """Asks only widgets of which something is to be seen for their rows, where that is to change.

    Textual asks whatever stands within a rectangle around all that is to change: also a screen and
    its containers, which lie behind what they hold, and what happens to stand in between.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Widget, Region] = {}
        self._seen_for: list[list[int]] | None = None
        self._changing: Iterable[Region] | None = None

    def render_partial_update(self) -> ChopsUpdate | None:
        """Paint what is to change."""
        self._changing = self._dirty_regions.copy()
        try:
            return super().render_partial_update()
        finally:
            self._changing = None

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        seen = self._find_seen()
        for widget, (region, clip) in self.visible_widgets.items():
            if widget in seen and self._changes(seen[widget], crop):
                part = region.intersection(clip)
                strips = widget.render_lines(part.translate((-region.x, -region.y)))
                yield region, clip, strips
                for strip in strips:
                    # Whole, it is kept as the only part of itself, and would be garbage, with a
                    # dozen objects more, that only a search for garbage finds.
                    strip._divide_cache.clear()

    def _changes(self, seen: Region, crop: Region | None) -> bool:
        if self._changing is None:
            return crop is None or seen.overlaps(crop)
        return any(seen.overlaps(region) for region in self._changing)

    def _find_seen(self) -> dict[Widget, Region]:
        """Return which widgets are seen, and where: a rectangle around it."""
        cuts = self.cuts  # another list whenever the layout is another
        if cuts is not self._seen_for:
            found: dict[Widget, list[Region]] = {}
            free = [dict(itertools.pairwise(line)) for line in cuts]
            for widget, (region, clip) in self.visible_widgets.items():  # from front to back
                part = region.intersection(clip).intersection(self.size.region)
                for y in part.line_range:
                    for x in [x for x in free[y] if part.x <= x < part.right]:
                        end = free[y].pop(x)
                        found.setdefault(widget, []).append(Region(x, y, end - x, 1))
            self._seen_for = cuts
            self._seen = {widget: Region.from_union(parts) for widget, parts in found.items()}
        return self._seen
