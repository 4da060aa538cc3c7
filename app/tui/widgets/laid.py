"""What is laid out for the width that it has, and anew when that changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Laid(Static):
    """Contents that depend on the width of their place."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id, markup=False)
        self._laid = 0

    def laid_out(self, width: int) -> Content:
        """Return the contents for a width in cells."""
        raise NotImplementedError

    def lay(self) -> None:
        """Lay the contents out; they may have changed."""
        # Before it was laid out for the first time it has no width yet.
        self._lay(self.content_size.width or self.app.size.width - self.gutter.width)

    def on_resize(self) -> None:
        """Lay the contents out anew."""
        if self.content_size.width != self._laid:
            self._lay(self.content_size.width)

    def _lay(self, width: int) -> None:
        self._laid = width
        self.update(self.laid_out(width))
