"""What the interface looks like when it opens, kept for the next time (see `app.tui.prelude`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.control import Control

from app.tui.prelude import Frame

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widgets import Input


def frame_of(screen: Screen[None], field: Input) -> Frame | None:
    """Return how a screen is painted now; None where its field for the query is not all seen."""
    place = field.content_region
    if not screen.region.contains_region(place) or not place.width:
        return None
    console = screen.app.console
    rows = screen._compositor.render_strips(screen.size)
    text = "".join(
        Control.move_to(0, y).segment.text + row.render(console) for y, row in enumerate(rows)
    )
    # The field's last cell is blank: nothing was typed, and what invites to it is shorter.
    blank = rows[place.y].crop(place.right - 1, place.right).render(console)
    before, _, after = blank.partition(" ")
    return Frame(text, place.x, place.y, place.width, before, after)
