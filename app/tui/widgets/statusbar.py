"""One row that says what is searched, how, and what the engine does."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from app.tui.fit import shorten


class StatusBar(Widget):
    """Mode and collections on the left, the engine's news on the right."""

    place: reactive[str] = reactive("")
    news: reactive[str] = reactive("")

    def render(self) -> Content:
        """Put both sides into the width; the news yields last."""
        width = self.size.width
        news = shorten(self.news, width)
        place = shorten(self.place, max(0, width - len(news) - 2))
        gap = " " * max(0, width - len(place) - len(news))
        return Content(place + gap + news)
