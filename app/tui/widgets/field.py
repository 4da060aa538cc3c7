"""A line to type into."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from app.visible import visible_line


class Field(Input):
    """A line whose place does not depend on what is typed: a key lays out nothing anew.

    What is pasted becomes one line that can be looked at, and does nothing else.
    """

    virtual_size = Reactive(Size(0, 0))

    def on_mount(self) -> None:
        """Show the end of what stands here at first, and of whatever is pasted then."""
        self._initial_value = False
        self.call_after_refresh(self._watch_selection, self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        event.text = visible_line(" ".join(event.text.splitlines()))
