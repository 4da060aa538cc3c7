"""What the palette offers: every action of the screen at hand, whichever part has the focus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

    from app.tui.app import SearchApp


def commands(
    app: SearchApp, screen: Screen[Any], comparing: Mapping[str, str]
) -> Iterator[SystemCommand]:
    """Yield what can be done here, with its keys.

    Args:
        app: The application.
        screen: Where the palette was asked for.
        comparing: Ways to compare, and what they do.
    """
    owners = _owners(screen)
    offered: set[str] = set()
    for action in app.actions:
        owner = app if action.scope == "app" else owners.get(action.id)
        # Keys that only lead from one pane to another go before all else, and have no label.
        if owner is None or action.help in offered or (action.priority and not action.label):
            continue
        offered.add(action.help)
        run = partial(app.run_action, action.does, owner)
        yield SystemCommand(f"{action.help} ({action.shown})", action.id, run)
    for mode, does in comparing.items():
        yield SystemCommand(does, mode, partial(app.action_show, mode))
    yield SystemCommand("Change the theme", "themes", app.action_change_theme)


def _owners(screen: Screen[Any]) -> dict[str, DOMNode]:
    """Return which part of a screen does each action, by the action's id."""
    parts = [node for node in screen.query("*") if node.is_on_screen]
    focused = [screen.focused] if screen.focused is not None else []
    owners: dict[str, DOMNode] = {}
    for node in (*focused, screen, *parts):
        for _, binding in node._bindings:
            if binding.id:
                owners.setdefault(binding.id, node)
    return owners
