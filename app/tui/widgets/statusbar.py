"""One row that says what is searched, how, and what the engine does."""

from __future__ import annotations

import re

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from app.tui.fit import shorten

_COUNT = re.compile(r": [\d,]+ \w+(?=, | \| |$)")
"""How much a collection holds, behind its name."""

_CUT = re.compile(r"(?<!\S)[\d,]+…$")
"""A number that lost its end, and so is another one."""


class StatusBar(Widget):
    """Mode and collections on the left; long work and the engine's news on the right."""

    place: reactive[str] = reactive("")
    news: reactive[str] = reactive("")
    work: reactive[str] = reactive("")

    def render(self) -> Content:
        """Put both sides into the width; the news yields last."""
        width = self.size.width
        news = shorten(" | ".join(part for part in (self.work, self.news) if part), width)
        place = _fitted(self.place, max(0, width - cell_len(news) - 2))
        gap = " " * max(0, width - cell_len(place) - cell_len(news))
        return Content(place + gap + news)


def _fitted(place: str, width: int) -> str:
    """Leave out what fits no more: counts first, from the last one on, and no number in parts."""
    counts = list(_COUNT.finditer(place))
    while counts and cell_len(place) > width:
        count = counts.pop()
        place = place[: count.start()] + place[count.end() :]
    return _CUT.sub("…", shorten(place, width))
