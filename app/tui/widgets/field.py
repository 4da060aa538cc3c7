"""A line to type into."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from app.tui.widgets.everywhere import leave_keys
from app.visible import visible_line


class Field(Input):
    """A line whose place does not depend on what is typed: a key lays out nothing anew.

    What is pasted becomes one line. What is put here otherwise, as a folder or an earlier query,
    stays as it is, and only what is shown of it cannot act on the terminal.
    """

    virtual_size = Reactive(Size(0, 0))

    def on_mount(self) -> None:
        """Show the end of what stands here at first, and of whatever is pasted then."""
        leave_keys(self)
        self._initial_value = False
        self.call_after_refresh(self._watch_selection, self.selection)

    @property
    def _value(self) -> Text:
        """What is painted."""
        return Text(visible_line(self.value), no_wrap=True, overflow="ignore", end="")

    def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.split("\n")).replace("\t", " ")
