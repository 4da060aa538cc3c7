"""Keys that work everywhere also work in fields, whatever these do with them by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from textual.widget import Widget

    from app.tui.app import SearchApp


def leave_keys(widget: Widget) -> None:
    """Have a widget leave the keys of the whole application to it."""
    for action in cast("SearchApp", widget.app).actions:
        if action.scope == "app":
            for key in action.keys.split(","):
                widget._bindings.key_to_bindings.pop(key, None)
